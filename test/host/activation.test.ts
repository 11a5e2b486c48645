// Rivulet starts in a real extension host and is there under its fixed names.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { RivuletApi } from '../../src/api.ts';
import manifest from '../../package.json';

suite('Activation', () => {
  test('hands out version 1 of its API', async () => {
    const api = await vscode.extensions.getExtension<RivuletApi>('rivulet-dev.rivulet')!.activate();
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
