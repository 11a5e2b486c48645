// The commands that write into a document: at several cursors, at a limit, from the light bulb, and into the message box of a Git
// repository.
import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { answer, fakeServer, type FakeServer, finish, done, gate, hang, text, wait as waitFor } from '../support/fakeServer.ts';
import { closeAll, Feed, insertions, lastPrefix, open, options, targetAt, until } from './insertionScene.ts';

interface Result {
  readonly text: string;
  readonly end: string;
}

suite('The commands that insert', () => {
  let server: FakeServer;
  const set = async (settings: Readonly<Record<string, unknown>>): Promise<void> => {
    for (const [key, value] of Object.entries(settings)) {
      await vscode.workspace.getConfiguration().update(`rivulet.${key}`, value, vscode.ConfigurationTarget.Global);
    }
  };
  const insert = (prompt: string): Thenable<Result> =>
    vscode.commands.executeCommand('rivulet.insertAtCursor', { prompt, model: 'fake/fake' });

  suiteSetup(async () => {
    server = await fakeServer();
    await set({ endpoints: [{ id: 'fake', baseURL: server.url, models: ['fake'] }], model: 'fake/fake' });
  });
  teardown(closeAll);
  suiteTeardown(async () => {
    await set({ endpoints: undefined, model: undefined });
    await server.close();
  });

  test('give several cursors the same answer from one request', async () => {
    const editor = await open('a |\nb |\n');
    const before = server.requests.length;
    server.next(...answer('one'));
    const { end } = await insert('The same');
    const inserted = editor.document.getText();
    await vscode.commands.executeCommand('undo');
    await until(() => editor.document.getText() === 'a \nb \n');
    assert.deepEqual(
      [end, inserted, server.requests.length - before, editor.document.getText()],
      ['stop', 'a one\nb one\n', 1, 'a \nb \n'],
    );
  });

  test('give each cursor an answer of its own when so set, side by side, and one undo takes all of them', async () => {
    await set({ 'insert.multiCursor': 'each' });
    const editor = await open('a |\nb |\nc |\n');
    const before = server.requests.length;
    const all = gate();
    // Each is told what stands before its own cursor, and none ends before all have begun.
    server.always(({ body }) => {
      const [, line] = /(\w) <cursor\/>/.exec(String(body.messages.at(-1).content)) ?? [];
      return [text(`${line}`.toUpperCase()), waitFor(all.opened), text('!'), finish(), done()];
    });
    const result = insert('Each its own');
    await until(() => editor.document.getText() === 'a A\nb B\nc C\n');
    const requests = server.requests.length - before;
    all.open();
    const { end } = await result;
    await set({ 'insert.multiCursor': undefined });
    server.always([]);
    const inserted = editor.document.getText();
    await vscode.commands.executeCommand('undo');
    await until(() => editor.document.getText() === 'a \nb \nc \n');
    assert.deepEqual([end, requests, inserted, editor.document.getText()], ['stop', 3, 'a A!\nb B!\nc C!\n', 'a \nb \nc \n']);
  });

  test('refuse to replace a selection that is too long to be sent, and ask nothing', async () => {
    const whole = 'let one = 1;\n'.repeat(12_000);
    const editor = await open(whole, { language: 'typescript' });
    const before = server.requests.length;
    editor.selection = new vscode.Selection(new vscode.Position(0, 0), editor.document.positionAt(whole.length));
    const result = await vscode.commands.executeCommand('rivulet.replaceSelection', { prompt: 'Sort', model: 'fake/fake' });
    assert.deepEqual([result, server.requests.length - before, editor.document.getText() === whole], [undefined, 0, true]);
  });

  test('replace selections that differ by an answer each, and each model sees its own whole', async () => {
    const editor = await open('a1 b2 c3');
    editor.selections = [0, 3, 6].map((at) => new vscode.Selection(0, at, 0, at + 2));
    server.always(({ body }) => {
      const [, selected] = /<selection>(\w+)</.exec(String(body.messages.at(-1).content)) ?? [];
      return [text(`[${selected}]`), finish(), done()];
    });
    await vscode.commands.executeCommand('rivulet.replaceSelection', { prompt: 'Bracket it', model: 'fake/fake' });
    server.always([]);
    assert.equal(editor.document.getText(), '[a1] [b2] [c3]');
  });

  test('end with a whole line of code, or a whole sentence, where a limit strikes', async () => {
    const lines = ['const one = 1;', 'const two = 2;'];
    const code = `${lines.join('\n')}\n`.repeat(60);
    const seen: unknown[] = [];
    for (const [limit, language, whole] of [
      ['maxCharacters', 'typescript', code],
      ['maxTokens', 'typescript', `\`\`\`ts\n${code}\`\`\`\n`],
      ['maxTokens', 'plaintext', 'This is one sentence, and it is of the middle length. '.repeat(60)],
    ] as const) {
      await set({ [`limits.${limit}`]: 20 });
      const editor = await open('|', { language });
      // In small pieces, as from a model.
      server.next(...whole.match(/.{1,5}/gs)!.map(text), hang());
      const { end } = await insert('A long one');
      await set({ [`limits.${limit}`]: undefined });
      const got = editor.document.getText();
      if (language === 'plaintext') seen.push([end, got.length < 700, got.endsWith(' of the middle length.')]);
      else seen.push([end, got.length < 700, lines.includes(got.split('\n').at(-1)!), server.requests.at(-1)!.body.max_tokens]);
    }
    assert.deepEqual(seen, [
      ['limit', true, true, undefined],
      // The server is asked for the room that the grace may need.
      ['limit', true, true, 220],
      ['limit', true, true],
    ]);
  });

  test('are in the menu of the light bulb for a selection, and for nothing else', async () => {
    const editor = await open('one two|\n');
    const commandsFor = async (range: vscode.Range): Promise<(string | undefined)[]> => {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        editor.document.uri,
        range,
      );
      return actions.map(({ command }) => command?.command).filter((command) => command?.startsWith('rivulet.'));
    };
    const selected = await commandsFor(new vscode.Range(0, 0, 0, 3));
    const nothing = await commandsFor(new vscode.Range(0, 1, 0, 1));
    assert.deepEqual(
      [selected.toSorted(), nothing],
      [['rivulet.answerSelection', 'rivulet.explainSelection', 'rivulet.replaceSelection'], []],
    );
  });
});

suite('Write Commit Message', () => {
  interface Repository {
    readonly rootUri: vscode.Uri;
    readonly inputBox: { value: string };
  }
  interface Git {
    readonly repositories: readonly Repository[];
    openRepository(root: vscode.Uri): Promise<Repository | null>;
  }
  let server: FakeServer;
  let folder: string;
  let repository: Repository;
  const git = (...args: string[]): void =>
    void execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', ...args], { cwd: folder });
  const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration();

  suiteSetup(async function () {
    this.timeout(60_000);
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'rivulet-git-')));
    git('init', '--quiet');
    writeFileSync(join(folder, 'greeting.txt'), 'Hello\n');
    git('add', '.');
    git('commit', '--quiet', '-m', 'Begin');
    writeFileSync(join(folder, 'greeting.txt'), 'Hello, world\n');
    server = await fakeServer();
    await settings().update(
      'rivulet.endpoints',
      [{ id: 'fake', baseURL: server.url, models: ['fake'] }],
      vscode.ConfigurationTarget.Global,
    );
    await settings().update('rivulet.model', 'fake/fake', vscode.ConfigurationTarget.Global);
    await settings().update('git.enabled', true, vscode.ConfigurationTarget.Global);
    const extension = await vscode.extensions
      .getExtension<{ getAPI(version: 1): Git; readonly enabled: boolean }>('vscode.git')!
      .activate();
    await until(() => extension.enabled);
    const opened = await extension.getAPI(1).openRepository(vscode.Uri.file(folder));
    repository = opened!;
  });
  suiteTeardown(async () => {
    for (const key of ['rivulet.endpoints', 'rivulet.model', 'git.enabled'])
      await settings().update(key, undefined, vscode.ConfigurationTarget.Global);
    await server.close();
  });
  const write = (): Thenable<{ readonly text: string; readonly end: string } | undefined> =>
    vscode.commands.executeCommand('rivulet.writeCommitMessage', { rootUri: repository.rootUri });

  test('asks for nothing while nothing is staged', async () => {
    const result = await write();
    assert.deepEqual([result, server.requests.length, repository.inputBox.value], [undefined, 0, '']);
  });

  test('writes the message from the staged changes into the box of that repository, while it comes', async () => {
    git('add', '.');
    const more = gate();
    server.next(text('```\nGreet '), waitFor(more.opened), text('the world\n```'), finish(), done());
    const written = write();
    await until(() => repository.inputBox.value.startsWith('Greet'));
    const during = repository.inputBox.value;
    more.open();
    const result = await written;
    const asked = String(server.requests[0]!.body.messages.at(-1).content);
    assert.deepEqual(
      [during, repository.inputBox.value, result?.end, asked.includes('-Hello\n'), asked.includes('+Hello, world\n')],
      ['Greet', 'Greet the world', 'stop', true, true],
    );
  });

  // VS Code has no API for the marks that Git's own provider makes; they show what Git compares.
  test('finds the file as it was after the changes of an answer are undone, whose source control is gone then', async () => {
    writeFileSync(join(folder, 'lines.txt'), 'one\ntwo\nthree\n');
    git('add', '.');
    git('commit', '--quiet', '-m', 'Lines');
    const status = (): string => execFileSync('git', ['status', '--porcelain'], { cwd: folder, encoding: 'utf8' });
    const controls: string[] = [];
    const { createSourceControl } = vscode.scm;
    vscode.scm.createSourceControl = (...given: Parameters<typeof createSourceControl>) => {
      const control = createSourceControl(...given);
      const dispose = control.dispose.bind(control);
      controls.push(`+ ${control.label}`);
      control.dispose = () => {
        controls.push(`- ${control.label}`);
        dispose();
      };
      return control;
    };
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(join(folder, 'lines.txt')));
    const editor = await vscode.window.showTextDocument(document, { preview: false });
    editor.selection = new vscode.Selection(0, 0, 3, 0);
    const all = insertions();
    const answered = new Feed().text('one\n2\nthree\n').end().answer;
    await all.insert(answered, targetAt(editor, { mode: 'selection' }), { ...options, content: 'code' });
    await document.save();
    const during = [status(), ...controls];
    await vscode.commands.executeCommand(`${lastPrefix()}.discard`);
    await document.save();
    vscode.scm.createSourceControl = createSourceControl;
    all.dispose();
    await closeAll();
    assert.deepEqual([during, status(), controls], [[' M lines.txt\n', '+ Rivulet'], '', ['+ Rivulet', '- Rivulet']]);
  });
});
