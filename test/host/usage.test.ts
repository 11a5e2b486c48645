// The counts that are kept: every answer once, whoever asked, written where the command is told to.
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
    await set({ endpoints: [{ id: 'counted', baseURL: server.url, models: ['once'] }], prices: { 'counted/once': { in: 1, out: 2 } } });
  });
  suiteTeardown(async () => {
    await set({ endpoints: undefined, prices: undefined });
    await server.close();
  });

  test('counts each answer once with its cost, and none that the server did not give', async () => {
    const api = await vscode.extensions.getExtension<RivuletApi>('rivulet-dev.rivulet')!.activate();
    const ask = async (): Promise<void> => {
      for await (const _ of api.stream({ model: 'counted/once', messages: [{ role: 'user', content: 'Count.' }] }, { retry: { maxAttempts: 1 } })) void _;
    };
    server.next(text('one'), finish(), usage(1_000, 500), done());
    await ask();
    server.next(text('two'), finish(), usage(2_000, 500), done());
    await ask();
    server.next(...status(401, { error: { message: 'No' } }));
    await ask();
    const to = vscode.Uri.file(join(mkdtempSync(join(tmpdir(), 'rivulet-')), 'usage.json'));
    await vscode.commands.executeCommand('rivulet.showUsage', { export: 'json', to });
    const rows = (JSON.parse(readFileSync(to.fsPath, 'utf8')) as { model: string; answers: number; prompt: number; completion: number; cost: number }[]).filter(({ model }) => model === 'counted/once');
    assert.deepEqual(
      rows.map(({ answers, prompt, completion, cost }) => ({ answers, prompt, completion, cost })),
      [{ answers: 2, prompt: 3_000, completion: 1_000, cost: 0.005 }],
    );
  });
});
