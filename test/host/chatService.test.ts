// The chat service inside VS Code: its commands, and a program that asks it with nothing but an address and a key.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { fakeServer, finish, done, text, usage } from '../support/fakeServer.ts';

suite('Chat service', () => {
  test('lets a program of this machine use the endpoints of the settings without seeing their keys', async () => {
    await using server = await fakeServer();
    const settings = vscode.workspace.getConfiguration('rivulet');
    await settings.update('endpoints', [{ id: 'fake', baseURL: server.url, models: ['fake'] }], vscode.ConfigurationTarget.Global);
    const { url, token } = await vscode.commands.executeCommand<{ url: string; token: string }>('rivulet.startChatService');
    const again = await vscode.commands.executeCommand<{ url: string; token: string }>('rivulet.startChatService');
    const headers = { authorization: `Bearer ${token}` };
    const list = (await (await fetch(`${url}/v1/models`, { headers })).json()) as { data: { id: string }[] };
    server.next(text('Hel'), text('lo'), finish(), usage(7, 2), done());
    const body = JSON.stringify({ message: 'Hi', model: 'fake/fake' });
    const answer = await (await fetch(`${url}/chat`, { method: 'POST', headers, body })).text();
    server.next(text('Hello'), finish(), done());
    const messages = [{ role: 'user', content: 'Hi' }];
    const asked = {
      method: 'POST',
      headers: { 'x-api-key': token },
      body: JSON.stringify({ model: 'fake/fake', max_tokens: 9, messages, top_k: 4 }),
    };
    const refused = (await (await fetch(`${url}/v1/messages`, asked)).json()) as { error: { message: string } };
    const responses = { method: 'POST', headers, body: JSON.stringify({ model: 'fake/fake', input: 'Hi', background: true }) };
    const { id } = (await (await fetch(`${url}/v1/responses`, responses)).json()) as { id: string };
    const rejoined = await (await fetch(`${url}/v1/responses/${id}?stream=true&starting_after=1`, { headers })).text();
    await vscode.commands.executeCommand('rivulet.stopChatService');
    const after = await fetch(`${url}/v1/models`, { headers }).then(
      () => 'still there',
      () => 'gone',
    );
    await settings.update('endpoints', undefined, vscode.ConfigurationTarget.Global);
    assert.deepEqual(
      {
        same: [again.url, again.token],
        long: token.length >= 43,
        models: list.data.map(({ id }) => id),
        text: [...answer.matchAll(/"content":"([^"]*)"/g)].map(([, content]) => content).join(''),
        end: /"done":true/.test(answer),
        refused: refused.error.message,
        rejoined: [rejoined.startsWith('id: 2\n'), /event: response.completed/.test(rejoined)],
        keyGivenOn: server.requests[0]!.headers.authorization,
        after,
      },
      {
        same: [url, token],
        long: true,
        models: ['fake/fake', 'demo/tour'],
        text: 'Hello',
        end: true,
        refused: '"top_k" cannot be passed on: the server of this model speaks OpenAI Chat Completions. Leave it out.',
        rejoined: [true, true],
        keyGivenOn: undefined,
        after: 'gone',
      },
    );
  });
});
