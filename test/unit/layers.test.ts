// The structure of the sources: imports as in the table of scripts/rooms.ts, unique names, short lines.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { expect, it } from 'vitest';
import { rooms } from '../../scripts/rooms.ts';

const src = fileURLToPath(new URL('../../src/', import.meta.url));
const files = filesOf(src);
const imports = new Map(files.map((file) => [file, importsOf(file)]));

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

const isIn = (file: string, room: string): boolean => file === room || file.startsWith(`${room}/`);
const roomOf = (file: string): string => rooms.find(({ path }) => isIn(file, path))?.path ?? '(no room)';

it('keeps every import inside the table', () => {
  const wrong = files.flatMap((file) => {
    const room = rooms.find(({ path }) => path === roomOf(file));
    const inOrOfRoom = (target: string): boolean =>
      room !== undefined && (isIn(target, room.path) || room.mayImport.some((allowed) => isAllowed(target, allowed)));
    return imports
      .get(file)!
      .filter((target) => !inOrOfRoom(target))
      .map((target) => `${file} → ${target}`);
  });
  expect(wrong).toEqual([]);
});

/** `vscode` is the API; our folders of that name are named in full. */
function isAllowed(target: string, allowed: string): boolean {
  if (allowed === 'vscode') return target === 'vscode';
  return allowed.endsWith(':') ? target.startsWith(allowed) : isIn(target, allowed);
}

it('has no cycle of files and none of rooms', () => {
  const rooms = new Map<string, string[]>();
  for (const [file, targets] of imports) {
    const own = roomOf(file);
    const others = targets.filter((target) => files.includes(target) && target !== 'core/answer/liveStream.ts').map(roomOf);
    rooms.set(own, [...(rooms.get(own) ?? []), ...others.filter((other) => other !== own)]);
  }
  expect({ files: cycleIn(imports), rooms: cycleIn(rooms) }).toEqual({ files: [], rooms: [] });
});

/** The first cycle of a graph, as the way round it. */
function cycleIn(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const visit = (node: string, way: readonly string[]): readonly string[] => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return [];
    for (const next of graph.get(node) ?? []) {
      const found = visit(next, [...way, node]);
      if (found.length > 0) return found;
    }
    done.add(node);
    return [];
  };
  for (const node of graph.keys()) {
    const found = visit(node, []);
    if (found.length > 0) return found;
  }
  return [];
}

it('is imported by no file: extension.ts and the registrar of commands', () => {
  const importers = (target: string): string[] => files.filter((file) => imports.get(file)!.includes(target));
  expect([importers('extension.ts'), importers('vscode/commands.ts')]).toEqual([[], ['extension.ts']]);
});

it('makes the features in at most 80 lines, each from those before it', () => {
  const text = readFileSync(join(src, 'extension.ts'), 'utf8');
  const activate = text.slice(text.indexOf('export function activate'));
  const made = [...activate.matchAll(/^  const (\w+) = own\(/gm)].map(([, name]) => name!);
  const forward = made.filter((name) => activate.slice(0, activate.indexOf(`const ${name} =`)).includes(`${name}.`));
  expect({ short: text.trimEnd().split('\n').length <= 80, many: made.length > 5, forward }).toEqual({
    short: true,
    many: true,
    forward: [],
  });
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
  const wrong = files
    .filter((file) => isIn(file, 'core'))
    .filter((file) => /^(export\s+)?(let|var)\s/m.test(readFileSync(join(src, file), 'utf8')));
  expect(wrong).toEqual([]);
});

it('tests the core without VS Code', () => {
  const test = fileURLToPath(new URL('../', import.meta.url));
  const others = new Set(['unit/vscode', 'unit/webview']);
  const units = readdirSync(join(test, 'unit'), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [`unit/${entry.name}`] : [],
  );
  const core = [...units.filter((folder) => !others.has(folder)), 'support', 'fuzz'];
  const wrong = core.flatMap((folder) =>
    readdirSync(join(test, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => /from '[./]+src\/vscode\//.test(readFileSync(join(test, folder, file), 'utf8')))
      .map((file) => `${folder}/${file}`),
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
const nativeInterface = new RegExp(
  [
    String.raw`\b(?:show(?:Information|Warning|Error)Message|(?:show|create)QuickPick|(?:show|create)InputBox)\b`,
    String.raw`\b(?:showWorkspaceFolderPick|show(?:Open|Save)Dialog|withProgress|createStatusBarItem|setStatusBarMessage)\b`,
    String.raw`\b(?:createTreeView|registerTreeDataProvider|TreeItem|MarkdownString|registerHoverProvider|hoverMessage)\b`,
    String.raw`\b(?:createCommentController|NotebookCellStatusBarItem)\b`,
    String.raw`\bpanel\.title = (?!.*plainText)`,
  ].join('|'),
  'g',
);

it('shows text in the interface of VS Code through src/vscode/ui alone, which makes text from outside plain', () => {
  const wrong = filesOf(src)
    .filter((file) => !file.startsWith('vscode/ui/') && !file.startsWith('webview/'))
    .flatMap((file) => [...readFileSync(join(src, file), 'utf8').matchAll(nativeInterface)].map(([call]) => `${file}: ${call}`));
  expect(wrong).toEqual([]);
});

it('has no line over 140 characters in src, test and scripts', () => {
  const root = join(src, '..');
  const files = ['src', 'test', 'scripts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
      .filter((file) => /\.(ts|mjs)$/.test(file) && !file.startsWith('test/fixtures/')),
  );
  const long = files.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => (line.length > 140 ? [`${file}:${index + 1}`] : [])),
  );
  expect({ many: files.length > 300, long }).toEqual({ many: true, long: [] });
});
