// The usage counts: every answer once, whichever feature asked for it, exported to the file that the command names.
import * as assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { RivuletApi } from '../../src/api.ts';
import { done, fakeServer, type FakeServer, finish, status, text, usage } from '../support/fakeServer.ts';

suite('Usage', () => {
  let server: FakeServer;
  const set = async (settings: Readonly<Record<string, unknown>>): Promise<void> => {
    for (const [key, value] of Object.entries(settings)) {
      await vscode.workspace.getConfiguration().update(`rivulet.${key}`, value, vscode.ConfigurationTarget.Global);
    }
  };

  suiteSetup(async () => {
    server = await fakeServer();
    await set({
      endpoints: [{ id: 'counted', baseURL: server.url, models: ['once', 'tested'] }],
      prices: { 'counted/once': { in: 1, out: 2 }, 'counted/tested': { in: 1, out: 2 } },
    });
  });
  suiteTeardown(async () => {
    await set({ endpoints: undefined, prices: undefined });
    await server.close();
  });

  /** What is kept of this model. */
  const kept = async (wanted: string): Promise<object[]> => {
    const to = vscode.Uri.file(join(mkdtempSync(join(tmpdir(), 'rivulet-')), 'usage.json'));
    await vscode.commands.executeCommand('rivulet.showUsage', { export: 'json', to });
    const rows = JSON.parse(readFileSync(to.fsPath, 'utf8')) as {
      model: string;
      answers: number;
      requests: number;
      prompt: number;
      completion: number;
      cost: number;
    }[];
    return rows
      .filter(({ model }) => model === wanted)
      .map(({ answers, requests, prompt, completion, cost }) => ({ answers, requests, prompt, completion, cost }));
  };

  test('counts each answer once with its cost, and none that the server did not give', async () => {
    const api = await vscode.extensions.getExtension<RivuletApi>('rivulet-dev.rivulet')!.activate();
    const ask = async (): Promise<void> => {
      for await (const _ of api.stream(
        { model: 'counted/once', messages: [{ role: 'user', content: 'Count.' }] },
        { retry: { maxAttempts: 1 } },
      ))
        void _;
    };
    server.next(text('one'), finish(), usage(1_000, 500), done());
    await ask();
    server.next(text('two'), finish(), usage(2_000, 500), done());
    await ask();
    server.next(...status(401, { error: { message: 'No' } }));
    await ask();
    assert.deepEqual(await kept('counted/once'), [{ answers: 2, requests: 2, prompt: 3_000, completion: 1_000, cost: 0.005 }]);
  });

  test('counts the questions of a connection test, which are no answers, and asks none when the budget is used up', async () => {
    server.next(text('one, '), text('two'), finish(), usage(1_000, 500), done());
    server.next(text('ur, five'), finish(), usage(1_000, 250), done());
    const first = server.requests.length;
    const works = await vscode.commands.executeCommand<{ type: string }>('rivulet.testConnection', 'counted/tested');
    const rows = await kept('counted/tested');
    await set({ 'budget.dayTokens': 1 });
    const refused = await vscode.commands.executeCommand<{ type: string; failure?: { kind: string } }>(
      'rivulet.testConnection',
      'counted/tested',
    );
    await set({ 'budget.dayTokens': undefined });
    assert.deepEqual(
      { works: works.type, rows, refused: [refused.type, refused.failure?.kind], requests: server.requests.length - first },
      {
        works: 'works',
        rows: [{ answers: 0, requests: 2, prompt: 2_000, completion: 750, cost: 0.0035 }],
        refused: ['failed', 'quota'],
        requests: 2,
      },
    );
  });
});
