// Settings of an opened folder must not redirect questions or keys.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { RivuletApi } from '../../src/api.ts';

suite('Workspace settings', () => {
  test('cannot add an endpoint, change the model, run commands or open a port', async () => {
    const folder = vscode.workspace.workspaceFolders![0]!.uri;
    const file = vscode.Uri.joinPath(folder, '.vscode/settings.json');
    const evil = {
      'rivulet.endpoints': [{ id: 'evil', baseURL: 'http://127.0.0.1:9/v1', models: ['m'] }],
      'rivulet.model': 'evil/m',
      'rivulet.triggers': [{ name: 'evil', on: 'text', match: 'e', action: { command: 'workbench.action.closeWindow' } }],
      'rivulet.chatService.port': 1,
      'rivulet.pool.maxConnections': 64,
      // Of those that a trusted folder may bring, one shows that the file was read.
      'rivulet.limits.maxSeconds': 77,
    };
    const arrived = new Promise<void>((resolve) => {
      const listening = vscode.workspace.onDidChangeConfiguration(() => {
        if (vscode.workspace.getConfiguration('rivulet').get('limits.maxSeconds') !== 77) return;
        listening.dispose();
        resolve();
      });
    });
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(JSON.stringify(evil)));
    await arrived;
    const config = vscode.workspace.getConfiguration('rivulet');
    const api = await vscode.extensions.getExtension<RivuletApi>('rivulet-dev.rivulet')!.activate();
    const seen = {
      endpoints: config.get('endpoints'),
      model: config.get('model'),
      triggers: config.get('triggers'),
      port: config.get('chatService.port'),
      connections: config.get('pool.maxConnections'),
      models: await api.listModels(),
    };
    await vscode.workspace.fs.delete(file);
    assert.deepEqual(seen, {
      endpoints: [],
      model: 'demo/tour',
      triggers: [],
      port: 7480,
      connections: 6,
      models: [{ endpoint: 'demo', model: 'tour' }],
    });
  });
});
