// Answers in real documents, in a real editor, while the user types and edits.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Insertions } from '../../src/vscode/insert/insertion.ts';
import { AutoReveal } from '../../src/vscode/insert/document/autoReveal.ts';
import { whyNotWritable } from '../../src/vscode/insert/insertionTarget.ts';
import { seeded } from '../support/random.ts';
import { closeAll, Feed, insertions, lastPrefix, open, options, targetAt, until, wait } from './insertionScene.ts';
import { Typed } from './insertionTyped.ts';

const code = { ...options, content: 'code' as const };
const python = { name: '.py', language: 'python' };
const typescript = { name: '.ts', language: 'typescript' };
const undo = (): Thenable<unknown> => vscode.commands.executeCommand('undo');
const redo = (): Thenable<unknown> => vscode.commands.executeCommand('redo');
const type = (text: string): Thenable<unknown> => vscode.commands.executeCommand('type', { text });
const ended = { type: 'ended', reason: 'stop' };

suite('An insertion', () => {
  let all: Insertions;
  setup(() => {
    all = insertions();
  });
  teardown(async () => {
    all.dispose();
    await closeAll();
  });

  test('lands at the cursor, indented, without fences, and is one undo and one redo', async () => {
    const editor = await open('class A:\n    |\n', python);
    const { document } = editor;
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), options);
    const answer = 'Here is the method:\n\n```python\ndef f(self):\n    return 1\n```\n';
    for (let at = 0; at < answer.length; at += 5) {
      feed.text(answer.slice(at, at + 5));
      await wait(15);
    }
    feed.end();
    const text = '# Here is the method:\n    def f(self):\n        return 1';
    assert.deepEqual(await done, {
      inserted: text,
      outcome: ended,
      leftLines: 0,
      left: [],
      unplaced: [],
      isUnchanged: false,
    });
    const whole = `class A:\n    ${text}\n`;
    assert.equal(document.getText(), whole);
    await undo();
    await until(() => document.getText() === 'class A:\n    \n');
    await redo();
    await until(() => document.getText() === whole);
  });

  test('makes one edit of all that came since the last one, and holds the network back meanwhile', async () => {
    const editor = await open('|');
    const feed = new Feed(20);
    let edits = 0;
    const watch = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      // VS Code also tells, without a change, that the document has become dirty.
      if (document === editor.document && contentChanges.length > 0) edits++;
    });
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), code);
    let mostLag = 0;
    const pieces = Array.from({ length: 400 }, (_, index) => `${index} `);
    await feed.pour(pieces, () => {
      mostLag = Math.max(mostLag, feed.tape.lag);
      return undefined;
    });
    feed.end();
    await done;
    watch.dispose();
    assert.equal(editor.document.getText(), pieces.join(''));
    // Each edit takes all that may be unread; the first may come before there is so much.
    assert.ok(edits >= 19 && edits <= 22, `${edits} edits`);
    assert.ok(mostLag <= 20, `${mostLag} unread`);
  });

  test('lands at every cursor with one edit, each with its own indentation', async () => {
    const editor = await open('|\n  |\n    |');
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), code);
    feed.text('a {\n');
    await until(() => editor.document.getText().startsWith('a {'));
    feed.text('  b\n}').end();
    await done;
    assert.equal(editor.document.getText(), 'a {\n  b\n}\n  a {\n    b\n  }\n    a {\n      b\n    }');
    await undo();
    await until(() => editor.document.getText() === '\n  \n    ');
  });

  test('takes the place of a selection, and not of what the person types next', async () => {
    const editor = await open('one two three');
    editor.selection = new vscode.Selection(0, 4, 0, 7);
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'selection' }), code);
    feed.text('2');
    // The cursor follows the edit in a message of its own.
    await until(() => editor.document.getText() === 'one 2 three' && editor.selection.active.character === 5 && editor.selection.isEmpty);
    await type('!');
    feed.text('22').end();
    await done;
    assert.equal(editor.document.getText(), 'one 222! three');
  });

  test('lands below a selection', async () => {
    const editor = await open('  // how?|\n}', typescript);
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'below' }), options);
    feed.text('```ts\nlike(this);\n```').end();
    await done;
    assert.equal(editor.document.getText(), '  // how?\n  like(this);\n}');
  });

  test('uses the line ends of the document', async () => {
    const editor = await open('a\r\n\t|\r\nb');
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), code);
    feed.text('x\n', '\ny\r', '\nz');
    await until(() => editor.document.getText().includes('z'));
    await type('!');
    feed.text('\n1').end();
    await done;
    assert.equal(editor.document.getText(), 'a\r\n\tx\r\n\r\n\ty\r\n\tz\r\n\t1!\r\nb');
  });

  test('stays at its place when the line ends of the document are changed', async () => {
    const editor = await open('a\nb\n|\nc');
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), code);
    feed.text('x\ny');
    await until(() => editor.document.getText().includes('y'));
    await editor.edit((edit) => edit.setEndOfLine(vscode.EndOfLine.CRLF));
    feed.text('\nz').end();
    await done;
    assert.equal(editor.document.getText(), 'a\r\nb\r\nx\r\ny\r\nz\r\nc');
  });

  test('is not garbled by brackets that close themselves and by formatting on save', async () => {
    const settings = vscode.workspace.getConfiguration('editor');
    await settings.update('formatOnSave', true, vscode.ConfigurationTarget.Global);
    const editor = await open('a = {|\n};\n');
    const feed = new Feed();
    const formatter = vscode.languages.registerDocumentFormattingEditProvider('plaintext', {
      provideDocumentFormattingEdits: (document) => [
        vscode.TextEdit.insert(new vscode.Position(0, 0), '/**/'),
        vscode.TextEdit.insert(document.lineAt(document.lineCount - 1).range.end, '/**/'),
      ],
    });
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), code);
    feed.text('"x": [');
    await until(() => editor.document.getText().includes('['));
    await editor.document.save();
    formatter.dispose();
    await settings.update('formatOnSave', undefined, vscode.ConfigurationTarget.Global);
    feed.text('(1').end();
    await done;
    assert.equal(editor.document.getText(), '/**/a = {"x": [(1\n};\n/**/');
  });

  test('goes on in a document that is not shown, and comes back', async () => {
    const editor = await open('a |b');
    const { document } = editor;
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), code);
    feed.text('1');
    await until(() => document.getText() === 'a 1b');
    await open('other|');
    feed.text('2');
    await until(() => document.getText() === 'a 12b');
    assert.equal(vscode.window.activeTextEditor?.document.getText(), 'other');
    feed.text('3');
    await until(() => document.getText() === 'a 123b');
    await vscode.window.showTextDocument(document);
    feed.text('4').end();
    assert.deepEqual([(await done).outcome, document.getText()], [ended, 'a 1234b']);
    // VS Code makes a step of each edit of the hidden document; one undo takes all of them back, and one redo brings them.
    await undo();
    await until(() => document.getText() === 'a b');
    await vscode.commands.executeCommand('redo');
    await until(() => document.getText() === 'a 1234b');
  });

  test('is shown in either half of a split editor', async () => {
    const editor = await open('a |b');
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), code);
    feed.text('1');
    await until(() => editor.document.getText() === 'a 1b');
    await vscode.commands.executeCommand('workbench.action.splitEditor');
    await vscode.commands.executeCommand('workbench.action.focusFirstEditorGroup');
    await open('other|');
    // An extension hears of editors a moment after they are there and gone; an edit before that would be a step of its own.
    const columns = (): unknown =>
      vscode.window.visibleTextEditors.flatMap((one) => (one.document === editor.document ? one.viewColumn : []));
    await until(() => String(columns()) === '2' && vscode.window.activeTextEditor?.document !== editor.document);
    feed.text('2');
    await until(() => editor.document.getText() === 'a 12b');
    feed.text('3').end();
    await done;
    assert.equal(editor.document.getText(), 'a 123b');
    await vscode.commands.executeCommand('workbench.action.focusSecondEditorGroup');
    await until(() => vscode.window.activeTextEditor?.document === editor.document);
    await undo();
    await until(() => editor.document.getText() === 'a b');
  });

  test('follows a file that is renamed', async () => {
    const editor = await open('a |b', { name: '-before.txt' });
    const from = editor.document.uri;
    const to = vscode.Uri.joinPath(from, '../after.txt');
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), code);
    feed.text('1');
    await until(() => editor.document.getText() === 'a 1b');
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(from, to, { overwrite: true });
    await vscode.workspace.applyEdit(edit);
    feed.text('2').end();
    const { outcome } = await done;
    const document = await vscode.workspace.openTextDocument(to);
    assert.deepEqual([document.getText(), outcome], ['a 12b', ended]);
  });

  for (const choice of ['leave', 'reopen'] as const) {
    test(`asks when the document was closed, and can ${choice} it with nothing lost`, async () => {
      const editor = await open('a |b');
      const { document } = editor;
      const asked: string[] = [];
      const onClosed = async (name: string): Promise<'leave' | 'reopen'> => {
        asked.push(name);
        return choice;
      };
      const feed = new Feed();
      const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), { ...code, onClosed });
      feed.text('1');
      await until(() => document.getText() === 'a 1b');
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      feed.text('2').end();
      const { outcome, inserted } = await done;
      const now = await vscode.workspace.openTextDocument(document.uri);
      assert.deepEqual(
        [asked.length, now.getText(), inserted, outcome],
        choice === 'leave' ? [1, 'a b', '1', { type: 'lost', loss: 'closed' }] : [1, 'a 12b', '12', ended],
      );
    });
  }

  test('lands in an untitled document', async () => {
    const document = await vscode.workspace.openTextDocument({ content: 'x', language: 'python' });
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(0, 1, 0, 1);
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), code);
    feed.text(' = 1').end();
    await done;
    assert.equal(document.getText(), 'x = 1');
  });

  test('lands in a cell of a notebook, also after the person left it', async () => {
    const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'scene.ipynb');
    const cells = [{ cell_type: 'code', source: ['x'], metadata: {}, outputs: [], execution_count: null }];
    const file = { cells, metadata: { language_info: { name: 'python' } }, nbformat: 4, nbformat_minor: 5 };
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(JSON.stringify(file)));
    await vscode.window.showNotebookDocument(await vscode.workspace.openNotebookDocument(uri));
    await vscode.commands.executeCommand('notebook.cell.edit');
    await until(() => vscode.window.activeTextEditor?.document.uri.scheme === 'vscode-notebook-cell');
    const cell = vscode.window.activeTextEditor!;
    cell.selection = new vscode.Selection(0, 1, 0, 1);
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(cell, { mode: 'cursor' }), code);
    feed.text(' = 1');
    await until(() => cell.document.getText() === 'x = 1');
    await open('other|');
    feed.text('\ny = 2').end();
    await done;
    assert.equal(cell.document.getText(), 'x = 1\ny = 2');
  });

  test('is refused by a read-only editor without a word in the document', async () => {
    const editor = await open('a |b');
    await vscode.commands.executeCommand('workbench.action.files.setActiveEditorReadonlyInSession');
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), code);
    feed.text('1').end();
    const { outcome } = await done;
    await vscode.commands.executeCommand('workbench.action.files.setActiveEditorWriteableInSession');
    assert.deepEqual([outcome, editor.document.getText()], [{ type: 'lost', loss: 'read-only' }, 'a b']);
  });

  test('is refused with a sentence where nothing can be written', async () => {
    const content = vscode.workspace.registerTextDocumentContentProvider('rivulet-test', { provideTextDocumentContent: () => 'x' });
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse('rivulet-test:/frozen.txt'));
    const editor = await open('x|');
    const seen = [await whyNotWritable(document), await whyNotWritable(editor.document)];
    content.dispose();
    assert.deepEqual(seen, ['/frozen.txt is read-only. Open a file that can be edited, and insert again.', undefined]);
  });

  test('stops when the person takes it back with undo', async () => {
    const editor = await open('a |b');
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), code);
    feed.text('1');
    await until(() => editor.document.getText() === 'a 1b');
    feed.text('2');
    await until(() => editor.document.getText() === 'a 12b');
    await undo();
    await until(() => editor.document.getText() === 'a b');
    feed.text('3');
    assert.deepEqual([(await done).outcome, feed.stopped, editor.document.getText()], [{ type: 'lost', loss: 'undone' }, 1, 'a b']);
  });

  test('stops when its place is deleted with what stood around it', async () => {
    const editor = await open('abc|def');
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), code);
    feed.text('1');
    await until(() => editor.document.getText() === 'abc1def');
    await editor.edit((edit) => edit.delete(new vscode.Range(0, 1, 0, 6)));
    feed.text('2');
    assert.deepEqual([(await done).outcome, feed.stopped, editor.document.getText()], [{ type: 'lost', loss: 'deleted' }, 1, 'af']);
  });

  test('is undone in the order in which both sides wrote when the person typed elsewhere', async () => {
    const editor = await open('a\n|\nz');
    const { document } = editor;
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), code);
    feed.text('1');
    await until(() => document.getText().includes('1'));
    feed.text('2');
    await until(() => document.getText().includes('2'));
    editor.selection = new vscode.Selection(0, 1, 0, 1);
    await wait(20);
    for (const text of ['b', 'c']) await type(text);
    feed.text('3');
    await until(() => document.getText().includes('3'));
    feed.text('4').end();
    await done;
    const whole = document.getText();
    const steps: string[] = [];
    for (let count = 0; count < 6 && document.getText() !== 'a\n\nz'; count++) {
      await undo();
      steps.push(document.getText());
    }
    for (let count = 0; count < 6 && document.getText() !== whole; count++) {
      await redo();
      steps.push(document.getText());
    }
    assert.deepEqual([whole, ...steps], ['abc\n1234\nz', 'abc\n12\nz', 'a\n12\nz', 'a\n\nz', 'a\n12\nz', 'abc\n12\nz', 'abc\n1234\nz']);
  });

  test('is whole and at its place after 100 insertions into which a person typed at random', async function () {
    this.timeout(240_000);
    const random = seeded(20_260);
    const initial = 'one two\nthree four\nfive six\n';
    const pieces = Array.from({ length: 8 }, (_, index) => String.fromCodePoint(0x4e00 + index));
    let between = 0;
    const document = await vscode.workspace.openTextDocument({ content: initial, language: 'plaintext' });
    const editor = await vscode.window.showTextDocument(document);
    for (let round = 0; round < 100; round++) {
      const offset = Math.floor(random() * (initial.length + 1));
      const at = document.positionAt(offset);
      editor.selection = new vscode.Selection(at, at);
      const expected = new Typed(initial, offset);
      let changes = 0;
      const watch = vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.document !== document) return;
        changes++;
        expected.change(event.contentChanges);
      });
      const feed = new Feed(10);
      const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), { ...code, windowMs: 5 });
      let typed = 0;
      const person = (async () => {
        while (!feed.tape.ended) {
          const to = document.positionAt(Math.floor(random() * (document.getText().length + 1)));
          editor.selection = new vscode.Selection(to, to);
          // Not one by one: the keys overtake the edits on their way, as real ones do.
          const keys = Array.from({ length: 1 + Math.floor(random() * 3) }, () => (random() < 0.2 ? '\n' : 'X'));
          typed += keys.filter((key) => key === 'X').length;
          await Promise.all(keys.map(type));
        }
      })();
      // None to three changes pass between two pieces, however long they take.
      await feed.pour(pieces, () => {
        const next = changes + Math.floor(random() * 4);
        return until(() => changes >= next);
      });
      feed.end();
      const { outcome, inserted } = await done;
      await person;
      watch.dispose();
      const answer = pieces.join('');
      assert.deepEqual(
        [outcome, inserted, expected.answer, document.getText(), expected.typed, expected.misplaced],
        [ended, answer, answer, expected.text, typed, 0],
        `round ${round}`,
      );
      between += expected.between;
      for (let steps = 0; steps < 100 && document.getText() !== initial; steps++) await undo();
      assert.equal(document.getText(), initial, `round ${round}, all undone`);
    }
    console.log(`  (${between} changes of the person between the pieces)`);
    assert.ok(between > 100, `only ${between} changes came between two pieces`);
  });

  test('stays in one piece when the person types right behind it', async () => {
    const editor = await open('|');
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), code);
    for (const [index, text] of [...'typed'].entries()) {
      feed.text(`${index}`);
      await until(() => editor.document.getText().includes(`${index}`));
      await type(text);
    }
    feed.end();
    await done;
    assert.equal(editor.document.getText(), '01234typed');
  });

  test('is kept, taken out or gone on with when it was cut off', async () => {
    const editor = await open('  a |b', typescript);
    const { document } = editor;
    const feed = new Feed();
    const second = new Feed();
    feed.next.push(second);
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), options);
    feed.text('```ts\nx;\n``').end('truncated');
    await done;
    const seen = [document.getText()];
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri);
    assert.deepEqual(
      lenses.map((lens) => lens.command?.title),
      ['$(check) Keep', '$(discard) Discard', '$(debug-continue) Resume'],
    );
    second.text('`\nThat is all.').end();
    await vscode.commands.executeCommand(`${lastPrefix()}.resume`);
    seen.push(document.getText());
    await vscode.commands.executeCommand(`${lastPrefix()}.discard`);
    seen.push(document.getText());
    await undo();
    const resumed = '  a x;\n  // That is all.\n  b';
    await until(() => document.getText() === resumed);
    seen.push(document.getText());
    assert.deepEqual(seen, ['  a x;\n  ``b', resumed, '  a b', resumed]);
  });

  for (const how of ['undone', 'deleted by hand'] as const) {
    test(`takes Keep and Discard along when it is ${how}`, async () => {
      const editor = await open('a\n|\nb');
      const { document } = editor;
      const lenses = async (): Promise<number> =>
        (await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri)).length;
      const feed = new Feed();
      const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), code);
      feed.text('1\n2').end();
      await done;
      const seen = [await lenses()];
      if (how === 'undone') await undo();
      else await editor.edit((edit) => edit.delete(new vscode.Range(1, 0, 2, 1)));
      await until(() => document.getText() === 'a\n\nb');
      seen.push(await lenses());
      const next = all.insert(new Feed().text('3').end().answer, targetAt(editor, { mode: 'cursor' }), code);
      await next;
      assert.deepEqual([...seen, await lenses(), document.getText()], [2, 0, 2, 'a\n3\nb']);
    });
  }

  test('can be discarded until the person saves the file, also when it is saved by itself', async () => {
    const files = vscode.workspace.getConfiguration('files');
    await files.update('autoSave', 'afterDelay', vscode.ConfigurationTarget.Global);
    await files.update('autoSaveDelay', 50, vscode.ConfigurationTarget.Global);
    const editor = await open('a |b');
    const { document } = editor;
    const lenses = async (): Promise<number> =>
      (await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri)).length;
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), code);
    feed.text('1').end();
    await done;
    await until(() => !document.isDirty);
    const saved = await lenses();
    for (const key of ['autoSave', 'autoSaveDelay']) await files.update(key, undefined, vscode.ConfigurationTarget.Global);
    await type('!');
    await document.save();
    assert.deepEqual([document.getText(), saved, await lenses()], ['a 1!b', 2, 0]);
  });

  test('lets several answers grow in one document at the same time, and one undo takes them all', async () => {
    const editor = await open('|\n|\n|');
    const feeds = editor.selections.map(() => new Feed());
    const runs = feeds.map((feed, index) =>
      all.insert(feed.answer, targetAt(editor, { mode: 'cursor', selections: [editor.selections[index]!] }), code),
    );
    const letters = [...'abcdefgh'];
    await Promise.all(
      feeds.map((feed, index) =>
        feed.pour(
          letters.map((letter) => letter + index),
          () => wait(20),
        ),
      ),
    );
    for (const feed of feeds) feed.end();
    await Promise.all(runs);
    const line = (index: number): string => letters.map((letter) => letter + index).join('');
    assert.equal(editor.document.getText(), [0, 1, 2].map(line).join('\n'));
    await undo();
    await until(() => editor.document.getText() === '\n\n');
  });

  test('keeps its end in view, unless the person scrolls away', async () => {
    const editor = await open('|');
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), code);
    const lastLine = (): number => editor.document.lineCount - 1;
    const lines = (word: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${word} ${index}\n`);
    await feed.pour(lines('line', 120), () => wait(4));
    await until(() => lastLine() === 119 && editor.visibleRanges.at(-1)!.end.line >= lastLine() - 2);
    await vscode.commands.executeCommand('editorScroll', { to: 'up', by: 'page', value: 2 });
    await until(() => editor.visibleRanges.at(-1)!.end.line < lastLine() - 20);
    await wait(100);
    const top = editor.visibleRanges[0]!.start.line;
    await feed.pour(lines('more', 60), () => wait(4));
    feed.end();
    await done;
    await wait(100);
    assert.equal(editor.visibleRanges[0]!.start.line, top);
  });

  test('leaves the view where the person took it while a scroll of its own was on its way', async () => {
    const editor = await open(`${'line\n'.repeat(300)}|`);
    const { document } = editor;
    let line = 30;
    const text = {
      document,
      get spans() {
        return [{ start: 0, end: document.offsetAt(new vscode.Position(line, 0)) }];
      },
    };
    const top = (): number => editor.visibleRanges[0]!.start.line;
    editor.revealRange(document.lineAt(line).range, vscode.TextEditorRevealType.AtTop);
    await until(() => top() > 20);
    const theirs = top() - 10;
    const follower = new AutoReveal(editor, text);
    // A late layout of the editor tells the same ranges again.
    const tops = [top()];
    const watch = vscode.window.onDidChangeTextEditorVisibleRanges(() => {
      if (top() !== tops.at(-1)) tops.push(top());
    });
    // Both are sent before the extension host hears of either, in this order.
    void vscode.commands.executeCommand('editorScroll', { to: 'up', by: 'line', value: 10 });
    line = 250;
    follower.follow();
    await until(() => tops.length >= 4);
    const left = top();
    line = 299;
    follower.follow();
    await vscode.commands.executeCommand('editorScroll', { to: 'up', by: 'line', value: 1 });
    await until(() => top() !== left);
    const next = top();
    // Once the end is in view again, it is followed again.
    line = 60;
    await vscode.commands.executeCommand('editorScroll', { to: 'down', by: 'line', value: 40 });
    await until(() => top() > next);
    line = 200;
    follower.follow();
    await until(() => editor.visibleRanges.at(-1)!.end.line >= 200);
    follower.dispose();
    watch.dispose();
    // VS Code keeps the lines of sticky scroll free above what it is asked to show.
    const above = theirs - left;
    const moves = { first: tops[1], second: (tops[2] ?? 0) > 200, above: above >= 0 && above <= 5, next };
    assert.deepEqual(moves, { first: theirs, second: true, above: true, next: left - 1 });
  });
});
