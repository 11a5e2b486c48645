// `npm run bench:editor`: the diff of an answer that replaces text, and 20,000 characters at full speed into a real editor.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { outputFolder } from '../../scripts/paths.ts';
import { startPlace } from '../../scripts/place.ts';
import { bundleSuite, runSuiteWell } from '../../scripts/suiteInHost.ts';
import type { EditorMeasured } from './editorSuite.ts';
import { measureSettling } from './settling.ts';

const bundle = join(outputFolder, 'bench-editor/suite.cjs');
const resultFile = join(outputFolder, 'bench-editor/result.json');
const leastFewer = 20;
const mostDelayMs = 20;

await rm(resultFile, { force: true });
await bundleSuite(
  `import { measureAll } from './test/bench/editorSuite.ts';
   import { writeFileSync } from 'node:fs';
   export const run = async () => writeFileSync(${JSON.stringify(resultFile)}, JSON.stringify(await measureAll()));`,
  bundle,
);

const settling = measureSettling();
console.log('Starting VS Code …');
await runInHost();
const results = JSON.parse(await readFile(resultFile, 'utf8')) as readonly EditorMeasured[];
print(results);

async function runInHost(): Promise<void> {
  await using own = await startPlace({ frozen: true, driven: true });
  await runSuiteWell(own.place, bundle);
}

function print(measured: readonly EditorMeasured[]): void {
  const [baseline, rivulet] = measured;
  if (baseline === undefined || rivulet === undefined) throw new Error('The measurement is not complete.');
  const speed = (each: EditorMeasured): number => (each.characters / each.totalMs) * 1_000;
  console.table(
    Object.fromEntries(
      measured.map((each) => [
        each.name,
        {
          characters: each.characters,
          'didChange notifications': each.edits,
          'characters in each': Math.round(each.characters / each.edits),
          'total ms': Math.round(each.totalMs),
          'characters/s': Math.round(speed(each)),
          'edits per 50 ms': each.editsPerWindow.toFixed(2),
          'loop delay p99 ms': each.delayP99Ms.toFixed(1),
          'max ms': each.delayMaxMs.toFixed(1),
          right: each.isRight,
          undos: each.undos,
        },
      ]),
    ),
  );
  const fewer = (rivulet.characters / rivulet.edits) * (baseline.edits / baseline.characters);
  const goals: Readonly<Record<string, boolean>> = {
    ...settling,
    'the document is right, and one undo takes it back': rivulet.isRight && rivulet.undos === 1,
    [`one edit in 50 ms at most (${rivulet.editsPerWindow.toFixed(2)})`]: rivulet.editsPerWindow <= 1,
    [`loop delay p99 under ${mostDelayMs} ms (${rivulet.delayP99Ms.toFixed(1)})`]: rivulet.delayP99Ms < mostDelayMs,
    [`${leastFewer} times fewer notifications than an edit for each token (${fewer.toFixed(1)})`]: fewer >= leastFewer,
  };
  for (const [goal, isMet] of Object.entries(goals)) console.log(`  ${isMet ? '✓' : '✗'} ${goal}`);
  if (Object.values(goals).includes(false)) process.exitCode = 1;
}
