// Code blocks that are applied to the file that they belong to.
import * as assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { type Insertions } from '../../src/vscode/insert/insertion.ts';
import { openNewFile } from '../../src/vscode/insert/newFile.ts';
import { streamedBlock } from '../../src/vscode/insert/streamedBlock.ts';
import { wholeAnswer } from '../../src/vscode/insert/wholeAnswer.ts';
import { closeAll, contributions, Feed, insertions, lastPrefix, open, options, targetAt, until, wait } from './insertionScene.ts';

const file = `import { join } from 'node:path';

export class Loader {
  load(name: string): string {
    return join('settings', name);
  }

  close(): void {
    this.closed = true;
  }
}
`;
const method = `load(name: string): string {
  return join('config', name);
}
`;
const wanted = file.replace("'settings'", "'config'");

suite('A code block', () => {
  let all: Insertions;
  setup(() => {
    all = insertions();
  });
  teardown(async () => {
    all.dispose();
    await closeAll();
  });
  const nameOf = ({ document }: vscode.TextEditor): string => vscode.workspace.asRelativePath(document.uri);
  /** Files that a diff editor compares with their text before. */
  const compared = (): readonly string[] =>
    vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .flatMap(({ input }) => (input instanceof vscode.TabInputTextDiff ? [vscode.workspace.asRelativePath(input.modified)] : []));

  test('is put into the file that is named, while it streams, and touches nothing else', async () => {
    const editor = await open(file, { name: '.ts', language: 'typescript' });
    const { document } = editor;
    const feed = new Feed();
    const answer = streamedBlock(feed, '', 0, (code) => code);
    const done = all.insert(answer, targetAt(editor, { mode: 'file' }), { ...options, content: 'code' });
    const pieces = (text: string): readonly string[] => text.match(/[^]{1,3}/g) ?? [];
    feed.text(...pieces(`Change it:\n\`\`\`ts\n${method}\nclose(): void {\n`));
    await until(() => document.getText().includes('config'));
    // The block has ended, though its answer has not.
    await feed.pour(pieces('  this.closed = true;\n}\n```\nThat'), () => wait(0));
    const { unplaced, leftLines } = await done;
    feed.end();
    assert.deepEqual([document.getText(), unplaced, leftLines], [wanted, [], 0]);
    await vscode.commands.executeCommand('undo');
    await until(() => document.getText() === file);
  });

  test('goes to the file that its fence names, and not to the editor that has the focus', async () => {
    const target = await open(file, { name: '.ts' });
    const name = nameOf(target);
    const other = await open('other |text');
    await vscode.commands.executeCommand('rivulet.applyToFile', { code: method, info: `ts ${name}` });
    const seen = [target.document.getText(), other.document.getText(), compared()];
    await vscode.commands.executeCommand('rivulet.changes.undoAll', target.document.uri);
    assert.deepEqual([...seen, target.document.getText()], [wanted, 'other text', [name], file]);
  });

  test('finds its file by its lines, and a first line that names it is not written', async () => {
    const view = (value?: string): Thenable<void> => vscode.workspace.getConfiguration('rivulet').update('changes.view', value, true);
    await view('file');
    const target = await open(file, { name: '.ts' });
    await vscode.commands.executeCommand('rivulet.applyToFile', { code: wanted, info: 'ts' });
    const byLines = target.document.getText();
    await vscode.commands.executeCommand('rivulet.changes.undoAll');
    await vscode.commands.executeCommand('rivulet.applyToFile', { code: `// ${nameOf(target)}\n${wanted}`, info: 'ts' });
    await view();
    assert.deepEqual([byLines, target.document.getText(), compared()], [wanted, wanted, []]);
  });

  test('that is a new file leaves none when all of it is undone', async () => {
    const { document } = await open('', { name: '-new.ts' });
    const isThere = (): Thenable<boolean> =>
      vscode.workspace.fs.stat(document.uri).then(
        () => true,
        () => false,
      );
    const editor = vscode.window.activeTextEditor!;
    await all.insert(wholeAnswer(file), targetAt(editor, { mode: 'file' }), { ...options, content: 'code', isNewFile: true, view: 'file' });
    const seen = [document.getText(), await isThere()];
    await vscode.commands.executeCommand(`${lastPrefix()}.discard`);
    assert.deepEqual([...seen, await isThere(), vscode.window.activeTextEditor], [file, true, false, undefined]);
  });

  test('that is opened as a new file ends with one line end', async () => {
    const seen: string[] = [];
    for (const code of ['a = 1', 'a = 1\n', 'a = 1\n\n\n', '']) {
      await openNewFile(code, 'py', contributions);
      seen.push(vscode.window.activeTextEditor!.document.getText());
    }
    assert.deepEqual(seen, ['a = 1\n', 'a = 1\n', 'a = 1\n', '']);
  });

  test('is not written through a link that leads out of the workspace', async () => {
    const folder = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
    const outside = await mkdtemp(join(tmpdir(), 'outside-'));
    const link = join(folder, 'linked');
    await symlink(outside, link);
    try {
      await vscode.commands.executeCommand('rivulet.applyToFile', { code: 'const a = 1;\n', info: 'ts linked/a.ts' });
      assert.deepEqual(await readdir(outside), []);
    } finally {
      await rm(link);
      await rm(outside, { recursive: true });
    }
  });
});
