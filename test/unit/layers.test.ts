// Who may import whom: the table of the README's architecture section, checked against the files.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../src/', import.meta.url));

/** Room → rooms and packages that it may import. Its own room is always allowed. */
const table: readonly (readonly [room: string, may: readonly string[]])[] = [
  ['api.ts', []],
  ['core/provider', ['api.ts', 'openai', 'eventsource-parser']],
  ['core/inspect', ['api.ts']],
  ['core/tokens', ['api.ts', 'core/provider']],
  ['core/request', ['api.ts', 'core/provider']],
  ['core/resume', ['api.ts', 'core/provider', 'core/request', 'core/tokens', 'core/answer/liveStream.ts']],
  ['core/answer', ['api.ts', 'core/provider', 'core/inspect', 'core/tokens', 'core/request', 'core/resume']],
  ['core/chat', ['api.ts', 'core/answer', 'core/request']],
  ['core/insert', ['api.ts']],
  ['core/usage', ['api.ts', 'core/request']],
  ['node', ['api.ts', 'core/', 'node:']],
  ['vscode', ['api.ts', 'core/', 'node/', 'vscode', 'node:']],
  ['webview', ['core/chat/protocol.ts', 'core/usage/protocol.ts', 'markdown-it', 'highlight.js', 'lit', '@vscode-elements/', 'katex']],
  ['extension.ts', ['']],
];

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  const found = [
    ...text.matchAll(/^(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm),
  ];
  return found
    .map((match) => (match[1] ?? match[2] ?? match[3]) as string)
    .map((target) => (target.startsWith('.') ? normalize(relative(src, join(src, dirname(file), target))) : target))
    .filter((target) => !target.endsWith('.css'));
}

function roomOf(file: string): string {
  return table.find(([room]) => file === room || file.startsWith(`${room}/`))?.[0] ?? '(no room)';
}

it('keeps every import inside the table', () => {
  const wrong = filesOf(src).flatMap((file) => {
    const room = roomOf(file);
    const may = table.find(([name]) => name === room)?.[1] ?? [];
    return importsOf(file)
      .filter((target) => roomOf(target) !== room || room === '(no room)')
      .filter((target) => !may.some((allowed) => target.startsWith(allowed)))
      .map((target) => `${file} → ${target}`);
  });
  expect(wrong).toEqual([]);
});

it('is imported by nobody: extension.ts', () => {
  expect(filesOf(src).filter((file) => importsOf(file).includes('extension.ts'))).toEqual([]);
});

it('builds the core for no platform at all, so it needs neither VS Code nor Node nor a browser', async () => {
  const built = await esbuild.build({
    entryPoints: filesOf(join(src, 'core')).map((file) => join(src, 'core', file)),
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    write: false,
    outdir: 'never',
    logLevel: 'silent',
  });
  expect(built.errors).toEqual([]);
});

it('holds no state in a module of the core', () => {
  const wrong = filesOf(join(src, 'core')).filter((file) =>
    /^(export\s+)?(let|var)\s/m.test(readFileSync(join(src, 'core', file), 'utf8')),
  );
  expect(wrong).toEqual([]);
});
