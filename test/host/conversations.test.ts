// The commands about conversations that other extensions and keybindings can run without a dialog.
import * as assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { Attachments } from '../../src/vscode/chat/files/attachments.ts';
import { answer, fakeServer, type FakeServer, finish, done, gate, text, wait } from '../support/fakeServer.ts';

interface Result {
  readonly text: string;
  readonly end: string;
}

suite('Conversations', () => {
  let server: FakeServer;
  const run = <T>(command: string, ...options: unknown[]): Thenable<T> =>
    vscode.commands.executeCommand<T>(`rivulet.${command}`, ...options);
  const set = async (settings: Readonly<Record<string, unknown>>): Promise<void> => {
    for (const [key, value] of Object.entries(settings)) {
      await vscode.workspace.getConfiguration().update(`rivulet.${key}`, value, vscode.ConfigurationTarget.Global);
    }
  };

  suiteSetup(async () => {
    server = await fakeServer();
    await set({ endpoints: [{ id: 'fake', baseURL: server.url, models: ['red', 'green'] }], model: 'fake/red' });
  });
  setup(() => run('newChat'));
  suiteTeardown(async () => {
    await set({ endpoints: undefined, model: undefined });
    await server.close();
  });

  test('are exported as Markdown and as JSON, and nothing is written for an empty one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rivulet-'));
    const to = (name: string): vscode.Uri => vscode.Uri.file(join(folder, name));
    const empty = await run('exportChat', { format: 'markdown', to: to('empty.md') });
    server.next(...answer('Four.'));
    await run('ask', 'Two and two?');
    await run('exportChat', { format: 'markdown', to: to('chat.md') });
    await run('exportChat', { format: 'json', to: to('chat.json') });
    const json = JSON.parse(readFileSync(to('chat.json').fsPath, 'utf8')) as { title: string; entries: { text: string }[] };
    assert.deepEqual(
      [empty, readFileSync(to('chat.md').fsPath, 'utf8'), json.title, json.entries.map((entry) => entry.text)],
      [undefined, '# Two and two?\n\n## You\n\nTwo and two?\n\n## red (fake)\n\nFour.\n', 'Two and two?', ['Two and two?', 'Four.']],
    );
  });

  test('are imported from an export, shown, and continued by any model; a file of another kind gives none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rivulet-'));
    const file = (name: string, content: unknown): vscode.Uri => {
      writeFileSync(join(folder, name), JSON.stringify(content));
      return vscode.Uri.file(join(folder, name));
    };
    const claude = {
      uuid: 'c',
      name: 'Colours',
      chat_messages: [
        { uuid: '1', sender: 'human', text: 'A colour?', content: [] },
        { uuid: '2', sender: 'assistant', text: 'Blue.', content: [] },
      ],
    };
    const ids = await run<string[]>('importChats', { from: [file('claude.json', [claude])] });
    const none = await run<string[]>('importChats', { from: [file('other.json', { some: 'thing' })] });
    server.next(...answer('Sky.'));
    const before = server.requests.length;
    const result = await run<Result>('ask', 'Why?');
    assert.deepEqual(
      [ids.length, none, result.text, server.requests[before]?.body.messages.map(({ content }: { content: unknown }) => content)],
      [1, [], 'Sky.', ['A colour?', 'Blue.', 'Why?']],
    );
  });

  test('compare models without a dialog, and resolve with what each said', async () => {
    server.always(({ body }) => answer(`I am ${body.model}.`));
    const results = await run<Result[]>('compare', { prompt: 'Who?', models: ['fake/red', 'fake/green'] });
    assert.deepEqual(
      results.map((result) => [result.text, result.end]),
      [
        ['I am red.', 'stop'],
        ['I am green.', 'stop'],
      ],
    );
  });

  test('queue a question that is asked while another is answered, and resolve each with its own answer', async () => {
    const more = gate();
    server.next(text('One'), wait(more.opened), finish(), done());
    server.next(...answer('Two'));
    const first = run<Result>('ask', 'First');
    await server.arrived(server.requests.length);
    const second = run<Result>('ask', 'Second');
    more.open();
    assert.deepEqual([(await first).text, (await second).text], ['One', 'Two']);
  });

  test('four at once, each with a thousand deltas, are all right', async () => {
    const parts = Array.from({ length: 1_000 }, (_, word) => `${word} `);
    server.always(({ body }) => [...parts.map((part) => text(`${String(body.messages.at(-1).content)}${part}`)), finish(), done()]);
    const asked: Thenable<Result>[] = [];
    for (const name of ['a', 'b', 'c', 'd']) {
      await run('newChat');
      asked.push(run<Result>('ask', name));
    }
    const results = await Promise.all(asked);
    assert.deepEqual(
      results.map((result) => result.text),
      ['a', 'b', 'c', 'd'].map((name) => parts.map((part) => name + part).join('')),
    );
  });

  test('take along a file, and refuse what is not a text with a sentence', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rivulet-'));
    writeFileSync(join(folder, 'notes.txt'), 'Remember the milk.');
    writeFileSync(join(folder, 'picture.bin'), Buffer.from([1, 0, 2]));
    await run('attachFile', vscode.Uri.file(join(folder, 'notes.txt')));
    await run('attachFile', vscode.Uri.file(join(folder, 'picture.bin')));
    server.next(...answer('Milk.'));
    const before = server.requests.length;
    await run('ask', 'What?');
    const sent = String(server.requests[before]?.body.messages.at(-1).content);
    assert.deepEqual([sent.includes('Remember the milk.'), sent.includes('picture'), sent.endsWith('What?')], [true, false, true]);
  });

  test('are offered, for a #, the selection and the open files in the order of their tabs; for letters, what VS Code finds', async () => {
    const root = join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, 'offered');
    const file = (name: string, text = name): vscode.Uri => {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
      return vscode.Uri.file(join(root, name));
    };
    const exclude = async (section: string, glob?: string): Promise<void> =>
      vscode.workspace.getConfiguration(section).update('exclude', glob && { [glob]: true }, vscode.ConfigurationTarget.Global);
    const opened = [file('zeta.md'), file('alpha.md')];
    for (const name of ['b/my-river.md', 'a/river.md', 'hidden/river.md', 'unsearched/river.md', 'river.log']) file(name);
    file('.gitignore', '*.log\n');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await Promise.all([exclude('files', '**/hidden'), exclude('search', '**/unsearched')]);
    for (const uri of opened) {
      const editor = await vscode.window.showTextDocument(uri, { preview: false });
      editor.selection = new vscode.Selection(0, 0, 0, 2);
    }
    const attachments = new Attachments(async () => 0);
    const offered = async (words: string): Promise<readonly (readonly [string, string])[]> =>
      (await attachments.offers(words)).map(({ label, detail }) => [label, detail]);
    const seen = { bare: await offered(''), river: await offered('river'), alpha: await offered('alpha') };
    attachments.dispose();
    await Promise.all([exclude('files'), exclude('search')]);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(root, { recursive: true });
    assert.deepEqual(seen, {
      bare: [
        ['selection', 'offered/alpha.md:1'],
        ['zeta.md', 'offered'],
        ['alpha.md', 'offered'],
        ['Choose a file…', ''],
      ],
      river: [
        ['river.md', 'offered/a'],
        ['my-river.md', 'offered/b'],
      ],
      alpha: [
        ['selection', 'offered/alpha.md:1'],
        ['alpha.md', 'offered'],
      ],
    });
  });
});
