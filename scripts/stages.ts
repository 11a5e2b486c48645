// The stages of `npm test`. Each returns how many tests have passed, and the names of those that have failed.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { runHostTests } from './hostTests.ts';
import type { Output } from './output.ts';
import { outputFolder, root } from './paths.ts';
import { run, startProcess } from './processes.ts';
import { scanForSecrets } from './secretScan.ts';
import { one, readVitest, sum, type Tally } from './tally.ts';

/** The compiler and the linters, in parallel; only errors are shown. */
export async function check(): Promise<Tally> {
  const checks: Readonly<Record<string, readonly string[]>> = {
    'type-check of src': ['typescript/bin/tsc', '-p', '.'],
    'type-check of the page': ['typescript/bin/tsc', '-p', 'src/webview'],
    'type-check of test': ['typescript/bin/tsc', '-p', 'test'],
    'lint (oxlint)': ['oxlint/bin/oxlint', '--deny-warnings', 'src', 'test', 'scripts', 'esbuild.mjs'],
    'format (oxfmt)': ['oxfmt/bin/oxfmt', '--check', '.'],
    'lint (knip)': ['knip/bin/knip.js'],
  };
  const results = Object.entries(checks).map(async ([name, [script, ...args]]) => {
    const { code, said } = await quietly([module(script!), ...args]);
    console.log(code === 0 ? `  ✓ ${name}` : `  ✗ ${name}\n${said}`);
    return one(name, code === 0);
  });
  return sum([...(await Promise.all(results)), await secrets()]);
}

async function secrets(): Promise<Tally> {
  const found = await scanForSecrets();
  console.log([`  ${found.length === 0 ? '✓' : '✗'} no keys in the repository`, ...found].join('\n'));
  return one('no keys in the repository', found.length === 0);
}

export async function build(): Promise<Tally> {
  return one('build', (await run(process.execPath, ['esbuild.mjs'], { cwd: root })) === 0);
}

export const unit = (filters: readonly string[], output: Output): Promise<Tally> => vitest('unit', filters, output);
export const browser = (filters: readonly string[], output: Output): Promise<Tally> => vitest('browser', filters, output);
export const host = (filters: readonly string[], output: Output): Promise<Tally> => runHostTests(filters, (line) => output.say(line));

async function vitest(project: string, filters: readonly string[], output: Output): Promise<Tally> {
  const report = join(outputFolder, `${project}.json`);
  await mkdir(dirname(report), { recursive: true });
  await rm(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const args = [module('vitest/vitest.mjs'), 'run', '--project', project, ...reporters, ...filters];
  const code = output.isTerminal ? await run(process.execPath, args, { cwd: root }) : await runSaying(args, (line) => output.say(line));
  const text = await readFile(report, 'utf8').catch(() => undefined);
  return readVitest(text === undefined ? undefined : JSON.parse(text), code, `${project} tests`);
}

const module = (path: string): string => join(root, 'node_modules', path);

async function quietly(args: readonly string[]): Promise<{ code: number; said: string }> {
  const lines: string[] = [];
  const code = await runSaying(args, (line) => lines.push(line));
  return { code, said: lines.join('\n') };
}

async function runSaying(args: readonly string[], say: (line: string) => unknown): Promise<number> {
  await using running = startProcess(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const input of [running.process.stdout!, running.process.stderr!]) createInterface({ input }).on('line', say);
  await new Promise((resolve) => running.process.once('close', resolve));
  return await running.ended;
}
