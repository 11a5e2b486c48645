// `npm run bench:activation`: how long Rivulet's activation takes in fresh windows, by VS Code's own marks.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { outputFolder } from '../../scripts/paths.ts';
import { startPlace } from '../../scripts/place.ts';
import { bundleSuite, runSuiteWell } from '../../scripts/suiteInHost.ts';

const bundle = join(outputFolder, 'bench-activation/suite.cjs');
const resultFile = join(outputFolder, 'bench-activation/result.json');
const windows = 9;
const mostActivateMs = 30;

interface Measured {
  /** Reading and compiling the bundle. */
  readonly loadMs: number;
  /** `activate()`, until VS Code has seen its promise resolved. */
  readonly activateMs: number;
}

await bundleSuite(
  `import * as vscode from 'vscode';
   import { writeFileSync } from 'node:fs';
   export const run = async () => {
     await vscode.extensions.getExtension('rivulet-dev.rivulet').activate();
     const marks = globalThis.MonacoPerformanceMarks.getMarks();
     const at = (name) => marks.find((mark) => mark.name === 'code/extHost/' + name).startTime;
     const id = 'rivulet-dev.rivulet';
     writeFileSync(${JSON.stringify(resultFile)}, JSON.stringify({
       loadMs: at('didLoadExtensionCode/' + id) - at('willLoadExtensionCode/' + id),
       activateMs: at('didActivateExtension/' + id) - at('willActivateExtension/' + id),
     }));
   };`,
  bundle,
);

console.log(`Opening ${windows} windows of VS Code …`);
const measured: Measured[] = [];
await using own = await startPlace({ frozen: true, driven: true });
while (measured.length < windows) {
  await runSuiteWell(own.place, bundle);
  measured.push(JSON.parse(await readFile(resultFile, 'utf8')) as Measured);
}

const activate = summary(measured.map(({ activateMs }) => activateMs));
console.table({ 'load the code': summary(measured.map(({ loadMs }) => loadMs)), 'activate()': activate });
const isMet = activate['median ms'] <= mostActivateMs;
console.log(`  ${isMet ? '✓' : '✗'} activate() in ${mostActivateMs} ms at the median (${activate['median ms']})`);
if (!isMet) process.exitCode = 1;

function summary(values: readonly number[]): { 'median ms': number; 'least ms': number; 'most ms': number } {
  const sorted = values.toSorted((a, b) => a - b);
  const round = (ms = 0): number => Math.round(ms * 10) / 10;
  return { 'median ms': round(sorted[sorted.length >> 1]), 'least ms': round(sorted[0]), 'most ms': round(sorted.at(-1)) };
}
