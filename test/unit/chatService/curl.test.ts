// The commands of docs/chat-service.md, run as they stand there.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { serve, token } from '../../../scripts/served.ts';
import { answer, fakeServer } from '../../support/fakeServer.ts';

const page = readFileSync(fileURLToPath(new URL('../../../docs/chat-service.md', import.meta.url)), 'utf8');
const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, block]) => block!.replaceAll('\\\n', ' ').split('\n'))
  .filter((line) => line.startsWith('curl '));

it('runs every curl command of docs/chat-service.md', async () => {
  await using server = await fakeServer();
  const { service, address } = await serve(server);
  server.always(() => answer('Hello to you'));
  const headers = { authorization: `Bearer ${token}` };
  const first = await fetch(`${address.url}/v1/responses`, { method: 'POST', body: '{"input": "Hi"}', headers });
  const env = { ...process.env, RIVULET: address.url, RIVULET_KEY: token, ID: first.headers.get('x-rivulet-answer')! };
  const said: boolean[] = [];
  for (const command of commands) {
    const { stdout } = await promisify(execFile)('bash', ['-c', command.replace('curl', 'curl -sS --fail-with-body')], { env });
    // What continues in the background has said nothing yet.
    said.push(/Hello to you|"status":"in_progress"|response.completed/.test(stdout));
  }
  service.stop();
  expect([commands.length, said]).toEqual([8, commands.map(() => true)]);
});
