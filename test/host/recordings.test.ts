// Streams are saved and played again, and diagnostics are copied, in the real VS Code.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { fakeServer, type FakeServer, finish, done, text, usage } from '../support/fakeServer.ts';

interface End {
  readonly reason: string;
  readonly text: string;
}

suite('Recordings and diagnostics', () => {
  let server: FakeServer;
  const config = () => vscode.workspace.getConfiguration('rivulet');

  suiteSetup(async () => {
    server = await fakeServer();
    const endpoint = { id: 'fake', baseURL: server.url, models: ['fake'], headers: { 'x-team': 'team-secret' } };
    await config().update('endpoints', [endpoint], vscode.ConfigurationTarget.Global);
    await config().update('model', 'fake/fake', vscode.ConfigurationTarget.Global);
  });

  suiteTeardown(async () => {
    await config().update('endpoints', undefined, vscode.ConfigurationTarget.Global);
    await config().update('model', undefined, vscode.ConfigurationTarget.Global);
    await server.close();
  });

  test('an answer is saved as it came and played again in the panel', async () => {
    server.next(text('Said with '), text('team-secret'), text(' once.'), finish(), usage(3, 4), done());
    await vscode.commands.executeCommand('rivulet.ask', 'Say it');
    const target = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'saved.sse');
    await vscode.commands.executeCommand('rivulet.saveStream', target);
    const saved = Buffer.from(await vscode.workspace.fs.readFile(target)).toString();
    const end = await vscode.commands.executeCommand<End>('rivulet.replayStream', { file: target, speed: 100 });
    const usageFile = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'usage.json');
    await vscode.commands.executeCommand('rivulet.showUsage', { export: 'json', to: usageFile });
    const counted = JSON.parse(Buffer.from(await vscode.workspace.fs.readFile(usageFile)).toString()) as { model: string }[];
    await vscode.workspace.fs.delete(usageFile);
    await vscode.workspace.fs.delete(target);
    assert.deepEqual(
      {
        head: saved.split('\n').slice(0, 2),
        times: /^: at \d+ ms$/m.test(saved),
        secret: saved.includes('team-secret'),
        end: [end.reason, end.text],
        requests: server.requests.length,
        // Nothing was used by playing it again.
        counted: counted.filter(({ model }) => model === 'fake/fake' || model.startsWith('replay/')).length,
      },
      {
        head: [': rivulet recording 1', ': model fake, status 200, text/event-stream; charset=utf-8'],
        times: true,
        secret: false,
        end: ['stop', 'Said with *********** once.'],
        requests: 1,
        counted: 1,
      },
    );
  });

  test("the diagnostics tell versions and numbers, and no address of one's own, key or word", async () => {
    await config().update('systemPrompt', 'A private prompt', vscode.ConfigurationTarget.Global);
    await config().update('retry.maxAttempts', 4, vscode.ConfigurationTarget.Global);
    await config().update(
      'endpoints',
      [{ id: 'secret-project', baseURL: 'https://llm.private.example/v1', models: ['hidden-model'], headers: { 'x-team': 'team-secret' } }],
      vscode.ConfigurationTarget.Global,
    );
    const report = await vscode.commands.executeCommand<string>('rivulet.copyDiagnostics');
    const copied = await vscode.env.clipboard.readText();
    await config().update('systemPrompt', undefined, vscode.ConfigurationTarget.Global);
    await config().update('retry.maxAttempts', undefined, vscode.ConfigurationTarget.Global);
    const words = ['A private prompt', 'private.example', 'secret-project', 'hidden-model', 'team-secret', 'Said with', 'Say it'];
    assert.deepEqual(
      {
        leaked: words.filter((word) => report.includes(word)),
        copied: copied === report,
        endpoint: report.includes('- openai, server 1 (https), no key, 1 models named, 1 headers, continuation auto'),
        changed: report.includes('- rivulet.retry.maxAttempts = 4') && report.includes('- rivulet.systemPrompt (set)'),
        pool: /- http:\/\/127\.0\.0\.1:\d+: 0 of 6 active, 0 queued, \d+ requests, \d+ connections opened/.test(report),
        answers: /"answers":\d+/.test(report),
      },
      {
        leaked: [],
        copied: true,
        endpoint: true,
        changed: true,
        pool: true,
        answers: true,
      },
    );
  });
});
