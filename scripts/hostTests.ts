// Runs test/host/**/*.test.ts inside VS Code's extension host and brings their results back through a file.
import { runTests } from '@vscode/test-electron';
import { glob, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { desktopArguments, own } from './desktop.ts';
import { consumerFolder, outputFolder, root } from './paths.ts';
import { startPlace } from './place.ts';
import type { Place } from './places.ts';
import { bundleSuite, runSuite } from './suiteInHost.ts';
import type { Tally } from './tally.ts';

const bundle = join(outputFolder, 'host-tests/tests.cjs');
const resultFile = join(outputFolder, 'host-tests/result.json');

/** What test/host/run.ts writes. */
export interface HostResult {
  readonly passed: number;
  readonly failures: readonly { readonly title: string; readonly message: string }[];
}

export async function runHostTests(filters: readonly string[], say: (line: string) => void): Promise<Tally> {
  await bundleTests(filters);
  await rm(resultFile, { force: true });
  await using vscode = await startPlace({ frozen: true, driven: true, beside: consumerFolder });
  const code = vscode.place.kind === 'desktop' ? await onDesktop(vscode.place) : await inBrowser(vscode.place, say);
  const text = await readFile(resultFile, 'utf8').catch(() => undefined);
  if (text === undefined) return { passed: 0, failures: [`In-host tests: ended with code ${code} before there was a result`] };
  const { passed, failures } = JSON.parse(text) as HostResult;
  for (const { title, message } of failures) say(`\n  ✗ ${title}\n${message}`);
  const titles = failures.map((failure) => failure.title);
  if (titles.length === 0 && (passed === 0 || code !== 0)) titles.push(`In-host tests: ${passed} ran, exit code ${code}`);
  return { passed, failures: titles };
}

/** One CommonJS file, which loads the test files one after another once mocha's `suite` and `test` exist. */
async function bundleTests(filters: readonly string[]): Promise<void> {
  const files: string[] = [];
  for await (const file of glob('test/host/**/*.test.ts', { cwd: root })) {
    if (filters.length === 0 || filters.some((filter) => file.includes(filter))) files.push(file);
  }
  const loaders = files.sort().map((file) => `() => import(${JSON.stringify(`./${file}`)})`);
  await bundleSuite(
    `import { runFiles } from './test/host/run.ts';
     export const run = () => runFiles([${loaders.join(', ')}], ${JSON.stringify(resultFile)});`,
    bundle,
  );
}

async function inBrowser(place: Place, say: (line: string) => void): Promise<number> {
  const { code, logs } = await runSuite(place, bundle, (line) => line.startsWith('  ') && say(line));
  if (typeof logs === 'string') say(logs);
  return code;
}

async function onDesktop(place: Place & { kind: 'desktop' }): Promise<number> {
  return await runTests({
    vscodeExecutablePath: place.executable,
    extensionDevelopmentPath: place.development ?? root,
    extensionTestsPath: bundle,
    launchArgs: [place.folder, ...own(place), ...desktopArguments],
  }).catch(() => 1);
}
