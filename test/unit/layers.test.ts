// Holds the imports of src to the table in scripts/rooms.ts.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { expect, it } from 'vitest';
import { rooms } from '../../scripts/rooms.ts';

const src = fileURLToPath(new URL('../../src/', import.meta.url));

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
  return rooms.find(({ path }) => file === path || file.startsWith(`${path}/`))?.path ?? '(no room)';
}

it('keeps every import inside the table', () => {
  const wrong = filesOf(src).flatMap((file) => {
    const room = roomOf(file);
    const may = rooms.find(({ path }) => path === room)?.mayImport ?? [];
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

it('gives every exported name to one thing only', () => {
  const files = new Map<string, string[]>();
  for (const file of filesOf(src)) {
    const text = readFileSync(join(src, file), 'utf8');
    const declared = /^export (?:default |abstract |async |declare )*(?:class|interface|type|enum|function\*?|const|let) (\w+)/gm;
    const names = new Set([...text.matchAll(declared)].map(([, name]) => name!));
    for (const name of names) files.set(name, [...(files.get(name) ?? []), file]);
  }
  const many = files.size > 300;
  expect({ many, twice: [...files].filter(([, places]) => places.length > 1) }).toEqual({ many: true, twice: [] });
});

/** What shows a text outside of our own pages, and where a part of the text could become a link, an icon, or Markdown. */
const nativeInterface =
  /\b(show(Information|Warning|Error)Message|(show|create)QuickPick|(show|create)InputBox|showWorkspaceFolderPick|show(Open|Save)Dialog|withProgress|createStatusBarItem|setStatusBarMessage|createTreeView|registerTreeDataProvider|TreeItem|MarkdownString|registerHoverProvider|hoverMessage|createCommentController|createInputBox|NotebookCellStatusBarItem)\b|\bpanel\.title = (?!.*plainText)/g;

it('shows text in the interface of VS Code through src/vscode/ui alone, which makes text from outside plain', () => {
  const wrong = filesOf(src)
    .filter((file) => !file.startsWith('vscode/ui/') && !file.startsWith('webview/'))
    .flatMap((file) => [...readFileSync(join(src, file), 'utf8').matchAll(nativeInterface)].map(([call]) => `${file}: ${call}`));
  expect(wrong).toEqual([]);
});
