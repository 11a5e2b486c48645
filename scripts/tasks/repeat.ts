// Finds flaky tests. `npm run test:repeat [-- n [m [stage [filter …]]]]` runs the unit tests and the in-host tests (or the
// named stage) n times (default 10), then the whole suite m times (default 3) while every core is busy. Prints the name of
// each failed test, how often it failed, and where the output of the run is.
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Explained, runTask } from '../explained.ts';
import { outputFolder, root } from '../paths.ts';
import { startProcess } from '../processes.ts';

interface Run {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
  /** The names of what failed, or the last lines of a run that did not end. */
  readonly complaints: readonly string[];
  /** All that it printed. */
  readonly output: string;
}

await runTask(async () => {
  const [first = '10', second = '3', ...named] = process.argv.slice(2);
  const [times, wholeTimes] = [Number(first), Number(second)];
  const stages = named.length > 0 ? [named] : [['unit'], ['host']];
  if (![times, wholeTimes].every((count) => Number.isInteger(count) && count >= 0)) {
    throw new Explained('Say how often: npm run test:repeat -- 10 3, or npm run test:repeat -- 20 0 browser statusBar');
  }
  const runs: Run[] = [];
  const done = async (run: Run): Promise<void> => {
    runs.push(run);
    console.log(`${run.name}: ${run.passed} passed, ${run.failed} failed (${run.seconds} s)`);
    if (run.failed === 0) return;
    for (const complaint of run.complaints) console.log(`  ${complaint}`);
    const log = join(outputFolder, `repeat-${runs.length}.log`);
    await mkdir(outputFolder, { recursive: true });
    await writeFile(log, run.output);
    console.log(`  Its output: ${log}`);
  };
  for (let time = 1; time <= times; time++) {
    for (const stage of stages) await done(await once(`${stage.join(' ')}, ${time} of ${times}`, stage));
  }
  const cores = availableParallelism();
  if (wholeTimes > 0) {
    await using load = busy(cores);
    for (let time = 1; time <= wholeTimes; time++)
      await done(await once(`Everything, with ${load.count} busy processes, ${time} of ${wholeTimes}`, []));
  }
  const bad = runs.filter(({ failed }) => failed > 0);
  const often = Map.groupBy(
    bad.flatMap(({ complaints }) => complaints.filter((complaint) => complaint.startsWith('  - '))),
    (complaint) => complaint.slice(4),
  );
  if (often.size > 0) console.log('\nFailed, and how often:');
  for (const [complaint, all] of often) console.log(`  ${all.length} × ${complaint}`);
  const passed = runs.reduce((sum, run) => sum + run.passed, 0);
  const failed = runs.reduce((sum, run) => sum + run.failed, 0);
  console.log(
    `\n${times} × ${stages.flat().join(' ')}, ${wholeTimes} × everything with a second load on ${cores} cores: ` +
      `${runs.length} runs, ${bad.length} of them with failures; ${passed} tests passed, ${failed} failed`,
  );
  return failed === 0 ? 0 : 1;
});

async function once(name: string, stages: readonly string[]): Promise<Run> {
  const startMs = performance.now();
  await using running = startProcess(process.execPath, [`${root}/scripts/tasks/test.ts`, ...stages], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [running.process.stdout!, running.process.stderr!]) stream.on('data', (part) => (said += part));
  // The last lines may be read after the process has ended.
  await new Promise((resolve) => running.process.once('close', resolve));
  const code = await running.ended;
  const seconds = Math.round((performance.now() - startMs) / 1000);
  const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(said) ?? [];
  if (passed === undefined || (code !== 0 && failed === '0')) {
    return { name, passed: 0, failed: 1, seconds, complaints: said.trimEnd().split('\n').slice(-20), output: said };
  }
  const complaints = /\nFailed:\n([^]*?)\n\n\d+ passed/.exec(said)?.[1]?.split('\n') ?? [];
  return { name, passed: Number(passed), failed: Number(failed), seconds, complaints, output: said };
}

/** Keeps this many cores busy until it is disposed of. */
function busy(count: number): AsyncDisposable & { readonly count: number } {
  const processes = Array.from({ length: count }, () => startProcess(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
  return {
    count,
    async [Symbol.asyncDispose]() {
      await Promise.all(processes.map((one) => one[Symbol.asyncDispose]()));
    },
  };
}
