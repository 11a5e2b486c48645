// Runs the test files with mocha inside the extension host. The result goes to a file, because what the window hands on
// is only a code.
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** As in vitest's report, where a test that takes longer has its time beside it. */
const slowMs = 300;

export async function runFiles(files: readonly (() => Promise<unknown>)[], resultFile: string): Promise<void> {
  const mocha = new Mocha({ ui: 'tdd', timeout: 30_000, reporter: class Silent {} as never });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  for (const load of files) await load();
  let passed = 0;
  const failures: { title: string; message: string }[] = [];
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    runner.on('pass', (test) => {
      passed++;
      const ms = test.duration ?? 0;
      console.log(`  ✓ ${test.fullTitle()}${ms < slowMs ? '' : ` ${Math.round(ms)}ms`}`);
    });
    runner.on('fail', (test, error: Error) => {
      failures.push({ title: test.fullTitle(), message: error.stack ?? String(error) });
      console.log(`  ✗ ${test.fullTitle()}`);
    });
    runner.on('pending', (test) => failures.push({ title: test.fullTitle(), message: 'It was skipped.' }));
  });
  writeFileSync(resultFile, JSON.stringify({ passed, failures }));
  if (failures.length > 0) throw new Error(`${failures.length} failed`);
}
