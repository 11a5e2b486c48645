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
    const before = await loaded();
    await using unpacking = await workerEnds('vocabularyWorker.js');
    // The first word is enough.
    for await (const { type } of api.stream({ model: 'demo/tour', messages: [{ role: 'user', content: 'Hello' }] }))
      if (type === 'text') break;
    await unpacking.ended;
    // What the worker has sent before its end may not be read yet.
    let after = await loaded();
    while (after.vocabularies === 0) after = await loaded();
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

/** Waits for the end of a worker that runs this script, and is cheap to ask, unlike what is loaded. */
async function workerEnds(script: string): Promise<AsyncDisposable & { readonly ended: Promise<void> }> {
  const session = new Session();
  session.connect();
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const running = new Set<string>();
  session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) => {
    if (workerInfo.url.endsWith(script)) running.add(sessionId);
  });
  session.on('NodeWorker.detachedFromWorker', ({ params: { sessionId } }) => running.has(sessionId) && resolve());
  await session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  return {
    ended,
    async [Symbol.asyncDispose]() {
      await session.post('NodeWorker.disable');
      session.disconnect();
    },
  };
}

/** What this process has loaded of Rivulet, as its own debugger sees it: scripts, and arrays of a vocabulary's size. */
async function loaded(): Promise<{ readonly names: readonly string[]; readonly bytes: number; readonly vocabularies: number }> {
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
    const { result: prototype } = await session.post('Runtime.evaluate', { expression: 'Uint32Array.prototype' });
    const { objects } = await session.post('Runtime.queryObjects', { prototypeObjectId: prototype.objectId! });
    const large = 'function () { return this.filter((array) => array.length > 190_000 && array.length < 210_000).length; }';
    const { result } = await session.post('Runtime.callFunctionOn', {
      objectId: objects.objectId!,
      functionDeclaration: large,
      returnByValue: true,
    });
    const files = [...urls];
    const vocabulary = result.value as number;
    const sizeOf = (url: string): number => readFileSync(fileURLToPath(url)).length;
    return {
      names: [...new Set(files.map((url) => /([\w]+)(-\w+)?\.js$/.exec(url)?.[1] ?? url))].sort(),
      bytes: [...files, ...(vocabulary === 0 ? [] : [`${dist}vocabularies/o200k.br`])].reduce((sum, url) => sum + sizeOf(url), 0),
      vocabularies: Math.min(1, vocabulary),
    };
  } finally {
    session.disconnect();
  }
}
