// Answers that replace several lines: unchanged lines stay untouched, and nothing is lost on the way.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type Inserted, type Insertions } from '../../src/vscode/insert/insertion.ts';
import { closeAll, Feed, insertions, lastPrefix, memory, open, options, targetAt, until } from './insertionScene.ts';

const code = { ...options, content: 'code' as const };
const old = ['function one() {', '  return 1;', '}', 'function two() {', '  return 2;', '}', 'function three() {', '  return 3;', '}'];
const answer = old.map((line) => (line === '  return 2;' ? '  return "two";' : line)).join('\n');
const before = 'const before = 0;\n';
const after = '\nconst after = 4;\n';
const twins: Readonly<Record<string, string>> = { one: 'four', two: 'five', three: 'six', 1: '4', 2: '5', 3: '6' };
const undo = (): Thenable<unknown> => vscode.commands.executeCommand('undo');

suite('An answer that replaces lines', () => {
  let all: Insertions;
  setup(() => {
    all = insertions();
  });
  teardown(async () => {
    all.dispose();
    await closeAll();
  });

  const scene = async (eol = '\n'): Promise<vscode.TextEditor> => {
    const editor = await open((before + old.join('\n') + after).replaceAll('\n', eol), { name: '.ts', language: 'typescript' });
    editor.selection = new vscode.Selection(1, 0, old.length, 1);
    return editor;
  };
  const replace = (editor: vscode.TextEditor, feed: Feed): Promise<Inserted> =>
    all.insert(feed.answer, targetAt(editor, { mode: 'selection' }), code);
  /** The lines that edits touched. */
  const watch = (document: vscode.TextDocument): { readonly texts: string[]; dispose(): void } => {
    const texts: string[] = [];
    const watching = vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document === document) texts.push(...event.contentChanges.map(({ rangeLength, text }) => `-${rangeLength} +${text}`));
    });
    return { texts, dispose: () => watching.dispose() };
  };

  test('touches only the lines that it changes, and is one undo and one redo', async () => {
    const editor = await scene();
    const { document } = editor;
    const breakpoint = new vscode.SourceBreakpoint(new vscode.Location(document.uri, new vscode.Position(8, 0)));
    vscode.debug.addBreakpoints([breakpoint]);
    const changes = watch(document);
    const feed = new Feed();
    const done = replace(editor, feed);
    for (const line of answer.split(/(?<=\n)/)) {
      feed.text(line);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    feed.end();
    const { outcome } = await done;
    changes.dispose();
    const seen = [document.getText()];
    const whole = before + answer + after;
    await undo();
    await until(() => document.getText() === before + old.join('\n') + after);
    await vscode.commands.executeCommand('redo');
    await until(() => document.getText() === whole);
    vscode.debug.removeBreakpoints([breakpoint]);
    assert.deepEqual([outcome.type, seen], ['ended', [whole]]);
    assert.deepEqual(
      changes.texts.filter((text) => /one|three/.test(text)),
      [],
    );
  });

  test('makes no edit for the same text, and says that it is the same', async () => {
    const editor = await scene();
    const changes = watch(editor.document);
    const { isUnchanged } = await replace(editor, new Feed().text(old.join('\n')).end());
    changes.dispose();
    assert.deepEqual([isUnchanged, changes.texts, editor.document.isDirty], [true, [], false]);
  });

  test('keeps the line ends of the document', async () => {
    const editor = await scene('\r\n');
    await replace(editor, new Feed().text(answer).end());
    assert.equal(editor.document.getText(), (before + answer + after).replaceAll('\n', '\r\n'));
  });

  test('touches no unchanged line of a file with mixed line ends', async () => {
    const mixed = (text: string): string => text.replace(/(?<=one.*)\n/, '\r\n');
    const editor = await open(mixed(before + old.join('\n') + after), { name: '.ts', language: 'typescript' });
    editor.selection = new vscode.Selection(1, 0, old.length, 1);
    const { document } = editor;
    const eol = document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n';
    const changes = watch(document);
    await replace(editor, new Feed().text(answer).end());
    changes.dispose();
    // VS Code reads such a file with the line end that most of its lines have.
    assert.deepEqual(
      [eol, document.getText(), changes.texts.filter((text) => /one|three/.test(text))],
      ['\n', before + answer + after, []],
    );
  });

  test('keeps what the person types in a line that it has not reached', async () => {
    const editor = await scene();
    const { document } = editor;
    const feed = new Feed();
    const done = replace(editor, feed);
    feed.text(`${old.slice(0, 3).join('\n')}\nconst added = true;\nfunction `);
    await until(() => document.getText().includes('added'));
    const line = document.getText().split('\n').indexOf('  return 3;');
    await editor.edit((edit) => edit.insert(new vscode.Position(line, 10), ' + 30'));
    feed.text('two() {\n  return 2;\n}\n').end();
    const { leftLines } = await done;
    const text = document.getText();
    assert.deepEqual(
      [text.includes('return 3 + 30;'), text.includes('const added'), leftLines > 0, text.startsWith(before), text.endsWith(after)],
      [true, true, true, true, true],
    );
  });

  test('that is stopped leaves its whole lines and all old lines that it did not reach, and goes on where it was stopped', async () => {
    const editor = await scene();
    const { document } = editor;
    const feed = new Feed();
    const second = new Feed();
    feed.next.push(second);
    const done = replace(editor, feed);
    const at = answer.indexOf('"two"');
    feed.text(answer.slice(0, at)).end('cancelled');
    await done;
    const stopped = document.getText();
    second.text(answer.slice(at)).end();
    await vscode.commands.executeCommand(`${lastPrefix()}.resume`);
    const resumed = document.getText();
    await vscode.commands.executeCommand(`${lastPrefix()}.discard`);
    assert.deepEqual(
      [stopped, resumed, document.getText()],
      [before + old.join('\n') + after, before + answer + after, before + old.join('\n') + after],
    );
  });

  test('that ends by a length limit removes nothing after its last line', async () => {
    const editor = await scene();
    await replace(editor, new Feed().text('function one() {\n  return "one";\n').end('length'));
    assert.equal(editor.document.getText(), `${before}function one() {\n  return "one";\n${old.slice(1).join('\n')}${after}`);
  });

  test('that is only talk removes nothing, whether the talk becomes a comment or is left out', async () => {
    const seen: unknown[] = [];
    for (const prose of ['comment', 'drop'] as const) {
      const editor = await scene();
      const feed = new Feed().text('I am sorry, but I cannot do that.').end();
      const { leftLines } = await all.insert(feed.answer, targetAt(editor, { mode: 'selection' }), { ...options, prose });
      seen.push(editor.document.getText(), leftLines > 0);
    }
    const text = old.join('\n') + after;
    assert.deepEqual(seen, [`${before}// I am sorry, but I cannot do that.\n${text}`, true, before + text, true]);
  });

  test('stops when it is undone, and the text is what it was', async () => {
    const editor = await scene();
    const { document } = editor;
    const feed = new Feed();
    const done = replace(editor, feed);
    feed.text(`const added = true;\n${old.slice(0, 5).join('\n')}\n`);
    await until(() => document.getText().includes('added'));
    // Lines that were passed lie between what was added and where the answer goes on.
    await new Promise((resolve) => setTimeout(resolve, 120));
    await undo();
    await until(() => document.getText() === before + old.join('\n') + after);
    feed.text('const more = true;\n');
    const { outcome } = await done;
    assert.deepEqual([outcome, feed.stopped, document.getText()], [{ type: 'lost', loss: 'undone' }, 1, before + old.join('\n') + after]);
  });

  test('grows in several selections at once', async () => {
    const start = 'a\nb\nc\n\nd\ne\nf\n\ng\nb\ni\n';
    const editor = await open(start);
    editor.selections = [0, 4, 8].map((line) => new vscode.Selection(line, 0, line + 2, 1));
    const feed = new Feed();
    const done = replace(editor, feed);
    feed.text('alpha\nb\n');
    await new Promise((resolve) => setTimeout(resolve, 80));
    feed.text('gamma').end();
    await done;
    const whole = editor.document.getText();
    await undo();
    await until(() => editor.document.getText() === start);
    assert.deepEqual([whole, editor.document.getText()], [Array(3).fill('alpha\nb\ngamma\n').join('\n'), start]);
  });

  test('has each of its changes kept or undone on its own, also after the person typed above them', async () => {
    const editor = await scene('\r\n');
    const { document } = editor;
    const both = answer.replace('return 3;', 'return "three";\n  // more');
    await replace(editor, new Feed().text(both).end());
    const lenses = async (): Promise<vscode.CodeLens[]> =>
      (await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 99)).filter(
        ({ command }) => command?.title.includes('This Change') === true,
      );
    const titles = (all: readonly vscode.CodeLens[]): (string | undefined)[] => all.map(({ command }) => command?.title);
    const lf = (): string => document.getText().replaceAll('\r\n', '\n');
    const first = await lenses();
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// typed\n'));
    const undos = async (): Promise<vscode.CodeLens[]> => (await lenses()).filter(({ command }) => command!.title.includes('Undo'));
    const [undoSecond] = await undos();
    await vscode.commands.executeCommand(undoSecond!.command!.command, ...undoSecond!.command!.arguments!);
    const seen = [lf()];
    // Undoing is an undo step of its own, and brings the change back.
    await undo();
    seen.push(lf());
    const [, undoThird] = await undos();
    await vscode.commands.executeCommand(undoThird!.command!.command, ...undoThird!.command!.arguments!);
    seen.push(lf());
    const typed = `// typed\n${before}`;
    assert.deepEqual(
      [titles(first), seen, titles(await lenses())],
      [
        ['$(check) Keep This Change', '$(discard) Undo This Change', '$(check) Keep This Change', '$(discard) Undo This Change'],
        [typed + both.replace('"two"', '2') + after, typed + both + after, typed + answer + after],
        ['$(check) Keep This Change', '$(discard) Undo This Change'],
      ],
    );
  });

  const lensesIn = (document: vscode.TextDocument): Thenable<vscode.CodeLens[]> =>
    vscode.commands.executeCommand('vscode.executeCodeLensProvider', document.uri, 99);
  const run = async (lens: vscode.CodeLens | undefined): Promise<void> => {
    await vscode.commands.executeCommand(lens!.command!.command, ...lens!.command!.arguments!);
  };

  test('has a change undone, and one kept, while the rest still streams, and goes on where it was', async () => {
    const editor = await scene();
    const { document } = editor;
    const feed = new Feed();
    const done = replace(editor, feed);
    const lines = answer
      .replace('return 1', 'return "one"')
      .replace('return 3', 'return "three"')
      .split(/(?<=\n)/);
    feed.text(...lines.slice(0, 8));
    let growing: (string | undefined)[] = [];
    while (growing.length < 6) growing = (await lensesIn(document)).map(({ command }) => command?.title);
    const edits = watch(document);
    await run((await lensesIn(document)).find(({ command }) => command!.title.includes('Keep')));
    const keepEdits = edits.texts.length;
    await run((await lensesIn(document)).find(({ command }) => command!.title.includes('Undo')));
    edits.dispose();
    feed.text(...lines.slice(8)).end();
    await done;
    const ended = (await lensesIn(document)).map(({ command }) => command!.title);
    assert.deepEqual(
      [growing, keepEdits, document.getText(), ended],
      [
        [
          '$(check) Keep This Change',
          '$(discard) Undo This Change',
          '$(diff) −1 +1',
          '$(check) Keep This Change',
          '$(discard) Undo This Change',
          '$(diff) −1 +1',
        ],
        0,
        before + lines.join('').replace('"two"', '2') + after,
        ['$(check) Keep This Change', '$(discard) Undo This Change', '$(diff) −1 +1'],
      ],
    );
  });

  /** An answer with three changes, while something happens to its document between the second and the third. */
  const three = answer.replace('return 1', 'return "one"').replace('return 3', 'return "three"');
  const during = async (happens: (editor: vscode.TextEditor) => Promise<unknown>, options = code): Promise<Inserted> => {
    const editor = await scene();
    const feed = new Feed();
    const target = targetAt(editor, { mode: 'selection' });
    const done = all.insert(feed.answer, target, options);
    const lines = three.split(/(?<=\n)/);
    feed.text(...lines.slice(0, 7));
    await until(() => editor.document.getText().includes('"two"'));
    await happens(editor);
    feed.text(...lines.slice(7)).end();
    return done;
  };
  const discard = (): Thenable<unknown> => vscode.commands.executeCommand(`${lastPrefix()}.discard`);
  const undoLenses = async (document: vscode.TextDocument): Promise<number> =>
    (await lensesIn(document)).filter(({ command }) => command?.title.includes('Undo This') === true).length;

  test('keeps its changes when its file is renamed while it streams', async () => {
    let to: vscode.Uri | undefined;
    await during(async ({ document }) => {
      to = document.uri.with({ path: document.uri.path.replace('.ts', '-renamed.ts') });
      const edit = new vscode.WorkspaceEdit();
      edit.renameFile(document.uri, to, { overwrite: true });
      await vscode.workspace.applyEdit(edit);
    });
    const document = await vscode.workspace.openTextDocument(to!);
    const seen = [document.getText(), await undoLenses(document)];
    await discard();
    assert.deepEqual([...seen, document.getText()], [before + three + after, 3, before + old.join('\n') + after]);
  });

  test('keeps lines that came from disk while nothing was changed yet', async () => {
    const editor = await scene();
    const { document } = editor;
    const feed = new Feed();
    const done = replace(editor, feed);
    feed.text(...old.slice(0, 4).map((line) => `${line}\n`));
    const onDisk = document.getText().replace('  return 3;', '  // from disk\n  return 3;');
    await vscode.workspace.fs.writeFile(document.uri, new TextEncoder().encode(onDisk));
    await until(() => document.getText().includes('from disk'));
    feed.text('  return "two";\n', ...old.slice(5).map((line) => `${line}\n`)).end();
    await done;
    assert.deepEqual([document.getText().includes('// from disk\n'), document.getText().includes('return "two"')], [true, true]);
  });

  test('changes a document that is hidden, which shows its changes when it comes back', async () => {
    let document: vscode.TextDocument | undefined;
    await during(async (editor) => {
      document = editor.document;
      await open('other|');
    });
    const text = document!.getText();
    await vscode.window.showTextDocument(document!);
    const count = await undoLenses(document!);
    await discard();
    assert.deepEqual([text, count, document!.getText()], [before + three + after, 3, before + old.join('\n') + after]);
  });

  test('comes back with its changes when an undo of it is redone', async () => {
    const editor = await scene();
    const { document } = editor;
    await replace(editor, new Feed().text(answer.replace('return 3', 'return "three"')).end());
    const count = async (): Promise<number> => (await lensesIn(document)).length;
    const seen = [await count()];
    const whole = document.getText();
    await undo();
    await until(() => document.getText() === before + old.join('\n') + after);
    seen.push(await count());
    await vscode.commands.executeCommand('redo');
    await until(() => document.getText() === whole);
    seen.push(await count());
    assert.deepEqual(seen, [8, 0, 8]);
  });

  test('is one undo and one redo also when the file is saved while it streams, and so is an insertion', async () => {
    const editor = await scene();
    const { document } = editor;
    const lines = answer
      .replace('return 1', 'return "one"')
      .replace('return 3', 'return "three"')
      .split(/(?<=\n)/);
    let saves = 0;
    // VS Code begins an undo step with each save, and auto save saves after each edit at worst.
    const saving = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument((event) => void (event.document === document && document.isDirty && document.save())),
      vscode.workspace.onDidSaveTextDocument((each) => void (each === document && saves++)),
    );
    for (const mode of ['selection', 'cursor'] as const) {
      const start = document.getText();
      saves = 0;
      const feed = new Feed();
      const done = all.insert(feed.answer, targetAt(editor, { mode }), code);
      feed.text(...lines.slice(0, 3));
      await until(() => document.getText().includes('"one"') && saves > 0);
      feed.text(...lines.slice(3, 6));
      await until(() => document.getText().includes('"two"') && saves > 1);
      feed.text(...lines.slice(6)).end();
      await done;
      const whole = document.getText();
      await undo();
      await until(() => document.getText() === start);
      await vscode.commands.executeCommand('redo');
      await until(() => document.getText() === whole);
      await undo();
      await until(() => document.getText() === start);
    }
    saving.dispose();
  });

  /** Two answers that change two places of one document, the second asked while the first streams. Each has one change left to write. */
  const twin = (text: string): string => text.replace(/one|two|three|[123]/g, (word) => twins[word] ?? word);
  const pairOf = (first: string, second: string): string => `${before}${first}\n\n${twin(second)}${after}`;
  const pair = async (): Promise<{ readonly document: vscode.TextDocument; finish(): Promise<readonly string[]> }> => {
    const editor = await open(pairOf(old.join('\n'), old.join('\n')), { name: '.ts', language: 'typescript' });
    const { document } = editor;
    const lines = three.split(/(?<=\n)/);
    const asked: { readonly feed: Feed; readonly done: Promise<Inserted>; readonly rest: readonly string[] }[] = [];
    for (const of of [(text: string) => text, twin]) {
      // The first answer has moved the lines below it.
      const start = document.getText().indexOf(of(old.join('\n')));
      editor.selection = new vscode.Selection(document.positionAt(start), document.positionAt(start + of(old.join('\n')).length));
      const feed = new Feed();
      const done = replace(editor, feed);
      feed.text(...lines.slice(0, 8).map(of));
      asked.push({ feed, done, rest: lines.slice(8).map(of) });
      await until(() => document.getText().includes(of('"two"')) && !document.getText().includes(of('return 2;')));
    }
    const finish = async (): Promise<readonly string[]> => {
      for (const { feed, rest } of asked) feed.text(...rest).end();
      return Promise.all(asked.map(async ({ done }) => (await done).outcome.type));
    };
    return { document, finish };
  };

  test('changes one place while another answer changes another, and one undo and one redo mean both with their changes', async () => {
    const { document, finish } = await pair();
    const ends = await finish();
    const seen: unknown[] = [];
    const look = async (): Promise<unknown> => seen.push(document.getText(), await undoLenses(document));
    const [start, whole] = [pairOf(old.join('\n'), old.join('\n')), pairOf(three, three)];
    await look();
    await undo();
    await until(() => document.getText() === start);
    await look();
    await vscode.commands.executeCommand('redo');
    await until(() => document.getText() === whole);
    await look();
    assert.deepEqual(
      [ends, seen],
      [
        ['ended', 'ended'],
        [whole, 6, start, 0, whole, 6],
      ],
    );
  });

  test('has its changes kept and undone while another answer changes the same document', async () => {
    const { document, finish } = await pair();
    const lens = async (title: string, line: string): Promise<vscode.CodeLens | undefined> => {
      const at = document.getText().split('\n').indexOf(line);
      const all = await lensesIn(document);
      return all.find(({ command, range }) => command?.title.includes(title) === true && range.start.line === at);
    };
    await until(() => document.getText().includes('"five"'));
    await run(await lens('Undo', '  return "one";'));
    await run(await lens('Keep', '  return "four";'));
    const ends = await finish();
    const seen: unknown[] = [document.getText(), await undoLenses(document)];
    // What is left of the second answer, and then of the first.
    await discard();
    seen.push(document.getText(), await undoLenses(document));
    await vscode.commands.executeCommand(`${lastPrefix()}.keep`);
    const first = three.replace('"one"', '1');
    const kept = old.join('\n').replace('1', '"one"');
    assert.deepEqual(
      [ends, seen],
      [
        ['ended', 'ended'],
        [pairOf(first, three), 4, pairOf(first, kept), 2],
      ],
    );
  });

  for (const [how, choice, close] of [
    ['closed unsaved', 'reopen', 'workbench.action.revertAndCloseActiveEditor'],
    ['closed unsaved', 'leave', 'workbench.action.revertAndCloseActiveEditor'],
    ['saved and closed', 'reopen', 'workbench.action.closeActiveEditor'],
  ] as const) {
    test(`asks when its document was ${how} while it streams, and loses nothing when the choice is to ${choice} it`, async () => {
      // In a browser, VS Code saves a file a second after it changed.
      const files = vscode.workspace.getConfiguration('files');
      await files.update('autoSave', 'off', vscode.ConfigurationTarget.Global);
      let asked = 0;
      let document: vscode.TextDocument | undefined;
      const onClosed = async (): Promise<'reopen' | 'leave'> => {
        asked++;
        return choice;
      };
      const { outcome } = await during(
        async (editor) => {
          document = editor.document;
          if (how === 'saved and closed') await document.save();
          // What was thrown away is written again, so its changes can be decided again.
          else await run((await lensesIn(document)).find(({ command }) => command?.title.includes('Keep This') === true));
          await vscode.commands.executeCommand(close);
        },
        { ...code, onClosed },
      );
      await files.update('autoSave', undefined, vscode.ConfigurationTarget.Global);
      const now = await vscode.workspace.openTextDocument(document!.uri);
      await vscode.window.showTextDocument(now);
      const seen = [now.getText(), await undoLenses(now)];
      if (choice === 'reopen') await discard();
      const start = before + old.join('\n') + after;
      assert.deepEqual(
        [asked, outcome.type, ...seen, now.getText()],
        choice === 'leave' ? [1, 'lost', start, 0, start] : [1, 'ended', before + three + after, 3, start],
      );
    });
  }

  test('has its changes also after its file is renamed after the end', async () => {
    const editor = await scene();
    await replace(editor, new Feed().text(three).end());
    const { uri } = editor.document;
    const to = uri.with({ path: uri.path.replace('.ts', '-renamed.ts') });
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(uri, to, { overwrite: true });
    await vscode.workspace.applyEdit(edit);
    const document = await vscode.workspace.openTextDocument(to);
    await vscode.window.showTextDocument(document);
    let count = 0;
    while (count === 0) count = await undoLenses(document);
    await discard();
    assert.deepEqual([count, document.getText()], [3, before + old.join('\n') + after]);
  });

  test('has its changes kept when its file is closed after the end, and opened again', async () => {
    const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'closed-after-the-end.ts');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(before + old.join('\n') + after));
    // VS Code holds a document that an extension opens for minutes after it was closed.
    const show = async (): Promise<vscode.TextEditor> => {
      await vscode.commands.executeCommand('vscode.open', uri);
      return vscode.window.activeTextEditor!;
    };
    const editor = await show();
    editor.selection = new vscode.Selection(1, 0, old.length, 1);
    await replace(editor, new Feed().text(three).end());
    const seen: unknown[] = [await undoLenses(editor.document)];
    await editor.document.save();
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await until(() => editor.document.isClosed);
    const { document } = await show();
    assert.deepEqual([...seen, document.getText(), await undoLenses(document)], [3, before + three + after, 0]);
  });

  test('waits for the choice also when the language of its document is changed', async () => {
    const editor = await scene();
    await replace(editor, new Feed().text(three).end());
    await vscode.languages.setTextDocumentLanguage(editor.document, 'javascript');
    assert.equal(await undoLenses(editor.document), 3);
  });

  test('makes few edits of whole lines in calm mode', async () => {
    const editor = await open('|');
    const { document } = editor;
    const texts: string[] = [];
    const watching = vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document === document) texts.push(...event.contentChanges.map(({ text }) => text));
    });
    const feed = new Feed();
    const done = all.insert(feed.answer, targetAt(editor, { mode: 'cursor' }), { ...code, calmEdits: 20 });
    feed.text('one', ' = 1;', '\n', 'tw');
    await until(() => texts.length === 1);
    for (const piece of ['o', ' =', ' 2;\nthree = 3;\nfo', 'ur']) feed.text(piece);
    await until(() => texts.length === 2);
    feed.text(' = 4;').end();
    await done;
    watching.dispose();
    assert.deepEqual(texts, ['one = 1;\n', 'two = 2;\nthree = 3;\n', 'four = 4;']);
  });

  for (const when of ['while it streams', 'after its end'] as const) {
    for (const how of ['a formatter', 'an extension that rewrites all of it'] as const) {
      test(`keeps its text and its changes when the file is saved ${when} and ${how} formats it`, async () => {
        const format = (text: string): string => `// formatted\n${text.replaceAll(/^ {2}(?=return "(?:one|two)")/gm, '    ')}`;
        const edits = (document: vscode.TextDocument): vscode.TextEdit[] => [
          vscode.TextEdit.replace(new vscode.Range(0, 0, document.lineCount, 0), format(document.getText())),
        ];
        const formatting =
          how === 'a formatter'
            ? vscode.languages.registerDocumentFormattingEditProvider('plaintext', { provideDocumentFormattingEdits: edits })
            : vscode.workspace.onWillSaveTextDocument(({ document, waitUntil }) => waitUntil(Promise.resolve(edits(document))));
        const settings = vscode.workspace.getConfiguration('editor');
        await settings.update('formatOnSave', how === 'a formatter', vscode.ConfigurationTarget.Global);
        const save = async ({ document }: vscode.TextEditor): Promise<void> => {
          await vscode.languages.setTextDocumentLanguage(document, 'plaintext');
          await document.save();
          // VS Code gives a formatter up when the cursor moves meanwhile.
          while (!document.getText().startsWith('// formatted')) await vscode.commands.executeCommand('workbench.action.files.save');
          formatting.dispose();
        };
        await during(async (editor) => {
          if (when === 'while it streams') await save(editor);
        });
        const { document } = vscode.window.activeTextEditor!;
        if (when === 'after its end') await save(vscode.window.activeTextEditor!);
        await settings.update('formatOnSave', undefined, vscode.ConfigurationTarget.Global);
        const seen = [document.getText(), await undoLenses(document)];
        await discard();
        assert.deepEqual(
          [...seen, document.getText()],
          [format(before + three + after), 3, `// formatted\n${before}${old.join('\n')}${after}`],
        );
      });
    }

    test(`keeps its changes when an untitled document is saved ${when}`, async () => {
      const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, `untitled-${when.length}.ts`);
      const untitled = await vscode.workspace.openTextDocument(uri.with({ scheme: 'untitled' }));
      const editor = await vscode.window.showTextDocument(untitled);
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), before + old.join('\n') + after));
      editor.selection = new vscode.Selection(1, 0, old.length, 1);
      const lines = three.split(/(?<=\n)/);
      const feed = new Feed().text(...lines.slice(0, 7));
      const done = replace(editor, feed);
      await until(() => untitled.getText().includes('"two"'));
      const save = (): Thenable<unknown> => vscode.commands.executeCommand('workbench.action.files.save');
      const saved = when === 'while it streams' ? save() : undefined;
      feed.text(...lines.slice(7)).end();
      const { outcome } = await done;
      await (saved ?? save());
      const document = await vscode.workspace.openTextDocument(uri);
      let count = 0;
      while (count === 0) count = await undoLenses(document);
      const seen = [outcome.type, untitled.isClosed, document.getText(), count];
      await discard();
      await vscode.workspace.fs.delete(uri);
      assert.deepEqual([...seen, document.getText()], ['ended', true, before + three + after, 3, before + old.join('\n') + after]);
    });
  }

  test('keeps what is before and after a selection in its first and its last line', async () => {
    const editor = await scene();
    const { document } = editor;
    const [start, end] = [document.offsetAt(new vscode.Position(1, 9)), document.getText().indexOf(';\n}\nfunction three')];
    const selected = document.getText().slice(start, end);
    editor.selection = new vscode.Selection(document.positionAt(start), document.positionAt(end));
    await replace(editor, new Feed().text(selected.replace('one', 'uno').replace('2', '"two"')).end());
    const whole = document.getText();
    const count = await undoLenses(document);
    await discard();
    const was = before + old.join('\n') + after;
    assert.deepEqual([whole, count, document.getText()], [was.replace('one', 'uno').replace('return 2', 'return "two"'), 2, was]);
  });

  test('is remembered for the next window until its changes are decided', async () => {
    const editor = await scene();
    const remembered = (): unknown => memory.get('rivulet.undecidedChanges');
    await replace(editor, new Feed().text(three).end());
    const seen = [remembered()];
    await vscode.commands.executeCommand(`${lastPrefix()}.keep`);
    assert.deepEqual([...seen, remembered()], [[vscode.workspace.asRelativePath(editor.document.uri)], []]);
  });

  test('has no change any more where the old text was put back by hand, and takes a paste over changes for kept', async () => {
    const editor = await scene();
    const { document } = editor;
    await replace(editor, new Feed().text(answer.replace('return 3', 'return "three"')).end());
    const seen = [(await lensesIn(document)).length];
    // As the arrow in the gutter of VS Code's diff editor does it.
    await editor.edit((edit) => edit.replace(new vscode.Range(5, 0, 6, 0), '  return 2;\n'));
    seen.push((await lensesIn(document)).length);
    await editor.edit((edit) => edit.replace(new vscode.Range(6, 0, 10, 0), '}\n// pasted\n'));
    seen.push((await lensesIn(document)).length);
    assert.deepEqual(seen, [8, 3, 0]);
  });

  test('changes a cell of a notebook and an untitled document like a file', async () => {
    const lines = old.join('\n');
    const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, lines, 'typescript');
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData([cell]));
    await vscode.window.showNotebookDocument(notebook);
    const untitled = await vscode.workspace.openTextDocument({ content: lines, language: 'typescript' });
    const seen: unknown[] = [];
    for (const document of [notebook.cellAt(0).document, untitled]) {
      if (document === untitled) await vscode.window.showTextDocument(untitled);
      await until(() => vscode.window.visibleTextEditors.some((editor) => editor.document === document));
      const editor = vscode.window.visibleTextEditors.find((each) => each.document === document)!;
      editor.selection = new vscode.Selection(0, 0, old.length - 1, 1);
      await replace(editor, new Feed().text(answer.replace('return 3', 'return "three"')).end());
      const [, second] = (await lensesIn(document)).filter(({ command }) => command?.title.includes('Undo This') === true);
      await run(second);
      seen.push(document.getText() === answer);
    }
    assert.deepEqual(seen, [true, true]);
  });
});
