// Rivulet starts in a real extension host, is there under its fixed names, and loads no more than it needs. The first of
// the in-host files: nothing has been asked yet when it runs.
import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { fileURLToPath } from 'node:url';
import * as vscode from 'vscode';
import { budgets } from '../../scripts/budgets.ts';
import type { RivuletApi } from '../../src/api.ts';
import manifest from '../../package.json';

const activated = (): Thenable<RivuletApi> => vscode.extensions.getExtension<RivuletApi>('rivulet-dev.rivulet')!.activate();

suite('Activation', () => {
  test('loads one small script, the tokenizer with the first question, and the client with the first question to a server', async () => {
    const api = await activated();
    await using workers = await watchWorkers('vocabularyWorker.js');
    const before = { ...(await loaded()), vocabularies: workers.begun };
    // The first word is enough.
    for await (const { type } of api.stream({ model: 'demo/tour', messages: [{ role: 'user', content: 'Hello' }] }))
      if (type === 'text') break;
    await workers.ended;
    const after = { ...(await loaded()), vocabularies: workers.begun };
    // Nothing listens there; the client is needed to find out.
    await vscode.workspace.getConfiguration('rivulet').update('endpoints', [{ id: 'none', baseURL: 'http://127.0.0.1:9/v1' }], true);
    const asking = { model: 'none/x', messages: [{ role: 'user', content: 'Hello' }] } as const;
    for await (const _ of api.stream(asking, { retry: { maxAttempts: 1 } }));
    await vscode.workspace.getConfiguration('rivulet').update('endpoints', undefined, true);
    const asked = await loaded();
    assert.deepEqual(
      {
        before: [before.names, before.vocabularies],
        after: [after.names, after.vocabularies],
        asked: asked.names,
      },
      {
        // `chunk`: what scripts share, a few lines each.
        before: [['chunk', 'extension'], 0],
        after: [['chunk', 'extension'], 1],
        asked: ['chunk', 'extension', 'openai', 'version'],
      },
    );
    assert.ok(before.bytes < budgets.startBytes, `A start loads ${before.bytes} bytes; less than ${budgets.startBytes} are wanted.`);
  });

  test('hands out version 1 of its API', async () => {
    const api = await activated();
    assert.deepEqual(
      [api.version, typeof api.stream, typeof api.streamMany, typeof api.listModels],
      [1, 'function', 'function', 'function'],
    );
  });

  test('registers every command that its manifest promises', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    const promised = manifest.contributes.commands.map(({ command }) => command);
    assert.deepEqual(
      promised.filter((command) => !registered.has(command)),
      [],
    );
  });
});

/** The workers of this process that run this script. */
async function watchWorkers(script: string): Promise<AsyncDisposable & { readonly begun: number; readonly ended: Promise<void> }> {
  const session = new Session();
  session.connect();
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const begun = new Set<string>();
  session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
    if (workerInfo.url.endsWith(script)) begun.add(sessionId);
  });
  session.on('NodeWorker.detachedFromWorker', ({ params: { sessionId } }) => begun.has(sessionId) && resolve());
  await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  return {
    ended,
    get begun() {
      return begun.size;
    },
    async [Symbol.asyncDispose]() {
      await session.post('NodeWorker.disable');
      session.disconnect();
    },
  };
}

/** The scripts of Rivulet that this process has loaded, as its own debugger sees them. */
async function loaded(): Promise<{ readonly names: readonly string[]; readonly bytes: number }> {
  const dist = new URL(
    'dist/',
    `${vscode.extensions.getExtension('rivulet-dev.rivulet')!.extensionUri.with({ scheme: 'file', authority: '' })}/`,
  ).href;
  const session = new Session();
  session.connect();
  try {
    const urls = new Set<string>();
    session.on('Debugger.scriptParsed', ({ params: { url } }) => url.startsWith(dist) && urls.add(url));
    await session.post('Debugger.enable');
    const files = [...urls];
    return {
      names: [...new Set(files.map((url) => /([\w]+)(-\w+)?\.js$/.exec(url)?.[1] ?? url))].sort(),
      bytes: files.reduce((sum, url) => sum + readFileSync(fileURLToPath(url)).length, 0),
    };
  } finally {
    session.disconnect();
  }
}
