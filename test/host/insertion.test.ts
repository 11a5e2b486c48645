// The answer lands at the cursor of a real editor, and one undo takes all of it back.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { fakeServer, finish, done, gate, text, usage, wait, hang, type FakeServer } from '../support/fakeServer.ts';
import { until } from './insertionScene.ts';

interface Result {
  readonly text: string;
  readonly end: string;
  readonly usage: { readonly completion: number; readonly estimated: boolean };
}

suite('Insert Answer at Cursor', () => {
  let server: FakeServer;

  suiteSetup(async () => {
    server = await fakeServer();
    const settings = vscode.workspace.getConfiguration();
    await settings.update('rivulet.endpoints', [{ id: 'fake', baseURL: server.url, models: ['fake'] }], vscode.ConfigurationTarget.Global);
  });

  suiteTeardown(async () => {
    await vscode.workspace.getConfiguration().update('rivulet.endpoints', undefined, vscode.ConfigurationTarget.Global);
    await server.close();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const open = async (content: string): Promise<vscode.TextEditor> => {
    const at = content.indexOf('|');
    const document = await vscode.workspace.openTextDocument({ content: content.replace('|', ''), language: 'plaintext' });
    const editor = await vscode.window.showTextDocument(document);
    const cursor = document.positionAt(at);
    editor.selection = new vscode.Selection(cursor, cursor);
    return editor;
  };
  const insert = (prompt: string): Thenable<Result> =>
    vscode.commands.executeCommand('rivulet.insertAtCursor', { prompt, model: 'fake/fake' });

  test('streams into the document, and one undo restores it', async () => {
    const editor = await open('before |after');
    const more = gate();
    server.next(
      text('one '),
      text('two '),
      wait(more.opened),
      ...Array.from({ length: 40 }, () => text('x')),
      finish(),
      usage(4, 42),
      done(),
    );
    const result = insert('Count');
    await documentIs(editor.document, (content) => content === 'before one two after');
    more.open();
    const { text: answer, end, usage: counted } = await result;
    const inserted = editor.document.getText();
    await vscode.commands.executeCommand('undo');
    await until(() => editor.document.getText() === 'before after');
    assert.deepEqual(
      { answer, end, counted: [counted.completion, counted.estimated], inserted, undone: editor.document.getText() },
      {
        answer: `one two ${'x'.repeat(40)}`,
        end: 'stop',
        counted: [42, false],
        inserted: `before one two ${'x'.repeat(40)}after`,
        undone: 'before after',
      },
    );
  });

  test('stop keeps what has come, reaches the socket, and one undo restores the document', async () => {
    const editor = await open('|');
    const index = server.requests.length;
    server.next(text('kept'), hang());
    const result = insert('Never end');
    await documentIs(editor.document, (content) => content === 'kept');
    const request = await server.arrived(index);
    await vscode.commands.executeCommand('rivulet.stop');
    const over = await request.over;
    const { end } = await result;
    const kept = editor.document.getText();
    await vscode.commands.executeCommand('undo');
    await until(() => editor.document.getText() === '');
    assert.deepEqual(
      { how: over.how, end, kept, undone: editor.document.getText() },
      { how: 'client-left', end: 'cancelled', kept: 'kept', undone: '' },
    );
  });
});

/** Settles when an edit makes it so; the suite's time limit ends a wait in vain. */
function documentIs(document: vscode.TextDocument, wanted: (content: string) => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (wanted(document.getText())) return resolve();
    const listening = vscode.workspace.onDidChangeTextDocument((change) => {
      if (change.document !== document || !wanted(document.getText())) return;
      listening.dispose();
      resolve();
    });
  });
}
