// Reasoning goes back where a model needs it in tool rounds, byte for byte, and nowhere else.
import { describe, expect, it } from 'vitest';
import type { Message, Part } from '../../../src/api.ts';
import { KeptReasoning } from '../../../src/core/answer/keptReasoning.ts';
import { originOf, sealed } from '../../../src/core/provider/opaque.ts';
import type { Api, EndpointMemory } from '../../../src/core/provider/provider.ts';
import { collect, endOf, rig } from '../../support/engine.ts';
import { answer, delta, done, fakeServer, finish, reasoning, status } from '../../support/fakeServer.ts';

const thought = ' Think…\n\ud83d\ude42 <b>\u2028 ';
const call: Part = { type: 'tool-call', id: 'c1', name: 'look', arguments: '{}' };
const result: Part = { type: 'tool-result', id: 'c1', content: 'sunny' };
const thinks = (text = thought, opaque?: unknown): Part => ({ type: 'reasoning', text, ...(opaque === undefined ? {} : { opaque }) });
/** A turn without a tool, one with, and the round that is open. */
const conversation: readonly Message[] = [
  { role: 'user', content: 'Hello?' },
  { role: 'assistant', content: [thinks('No tool.'), { type: 'text', text: 'Hi.' }] },
  { role: 'user', content: 'The weather?' },
  { role: 'assistant', content: [thinks(), { type: 'text', text: 'I look.' }, call] },
  { role: 'user', content: [result] },
  { role: 'assistant', content: [thinks('It is sunny.'), { type: 'text', text: 'Sunny.' }] },
  { role: 'user', content: 'And now?' },
  { role: 'assistant', content: [thinks('Again.'), { ...call, id: 'c2' } as Part] },
  { role: 'user', content: [{ ...result, id: 'c2' } as Part] },
];
const sentBack = ({ messages }: { messages: readonly { readonly role: string; readonly reasoning_content?: string }[] }): unknown[] =>
  messages.filter(({ role }) => role === 'assistant').map(({ reasoning_content }) => reasoning_content);

describe('chat completions', () => {
  it.each([
    ['deepseek-v4-pro', true],
    ['accounts/fireworks/models/kimi-k2-thinking', true],
    ['moonshotai/Kimi-K2', true],
    ['glm-5', true],
    ['zai-org/GLM-4.7', true],
    ['MiniMax-M2.5', true],
    ['gpt-5', false],
    ['qwen3-max', false],
    ['mistral-large', false],
    ['anglm-1', false],
  ])('give %s its reasoning back in turns with tools: %s', async (model, wanted) => {
    await using server = await fakeServer();
    server.next(...answer('Hi.'));
    await collect(rig().start(server.url, { request: { model, messages: conversation } }));
    expect(sentBack(server.requests[0]!.body)).toEqual(wanted ? [undefined, thought, 'It is sunny.', 'Again.'] : Array(4).fill(undefined));
  });

  it.each([
    ['The reasoning_content in the thinking mode must be passed back to the API.', [undefined, thought, 'It is sunny.', 'Again.']],
    [
      'thinking is enabled but reasoning_content is missing in assistant tool call message at index 3',
      [undefined, thought, 'It is sunny.', 'Again.'],
    ],
  ])('learn from a refusal that a model wants it, and ask once more: %s', async (message, wanted) => {
    await using server = await fakeServer();
    const memory: EndpointMemory = {};
    server.next(...status(400, { error: { message } }));
    server.always(() => answer('Hi.'));
    for (let round = 0; round < 2; round++)
      await collect(rig().start(server.url, { memory, request: { model: 'new-thinker', messages: conversation } }));
    expect(server.requests.map(({ body }) => sentBack(body))).toEqual([Array(4).fill(undefined), wanted, wanted]);
  });

  it('send an empty one where a model insists and none is known, and none where a model refuses the field', async () => {
    await using server = await fakeServer();
    const bare = conversation.map(({ role, content }): Message => ({
      role,
      content: typeof content === 'string' ? content : content.filter(({ type }) => type !== 'reasoning'),
    }));
    server.next(...status(400, { error: { message: 'Missing reasoning_content' } }));
    server.next(...answer('Hi.'));
    await collect(rig().start(server.url, { request: { model: 'kimi-k3', messages: bare } }));
    server.next(...status(400, { error: { message: "Extra inputs are not permitted: 'reasoning_content'" } }));
    server.next(...answer('Hi.'));
    await collect(rig().start(server.url, { request: { model: 'deepseek-reasoner', messages: conversation } }));
    expect(server.requests.map(({ body }) => sentBack(body))).toEqual([
      [undefined, undefined, undefined, undefined],
      [undefined, '', '', ''],
      [undefined, thought, 'It is sunny.', 'Again.'],
      [undefined, undefined, undefined, undefined],
    ]);
  });

  it('get back in the second round what the first has brought, through the parts of its end', async () => {
    await using server = await fakeServer();
    server.next(
      reasoning(thought),
      delta({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'look', arguments: '{}' } }] }),
      finish('tool_calls'),
      done(),
    );
    server.next(...answer('Sunny.'));
    const messages: readonly Message[] = [{ role: 'user', content: 'The weather?' }];
    const { parts } = endOf(await collect(rig().start(server.url, { request: { model: 'deepseek', messages } })));
    const next = [...messages, { role: 'assistant', content: parts! } as const, { role: 'user', content: [result] } as const];
    await collect(rig().start(server.url, { request: { model: 'deepseek', messages: next } }));
    expect(server.requests[1]!.body.messages[1]).toEqual({
      role: 'assistant',
      content: '',
      reasoning_content: thought,
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } }],
    });
  });
});

describe.each<[Api, unknown, (body: any) => unknown]>([
  ['messages', { type: 'thinking', thinking: thought, signature: 'EqRk+/==' }, ({ messages }) => messages[1].content[0]],
  ['messages', { type: 'redacted_thinking', data: 'AAEC/w==' }, ({ messages }) => messages[1].content[0]],
  ['responses', { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA+/==' }, ({ input }) => input[1]],
])('%s', (api, value, first) => {
  it('give back what the same model gave, as it came, and to no other model', async () => {
    await using server = await fakeServer();
    server.always(() => answer('Hi.'));
    const opaque = sealed(value, originOf({ id: 'test', name: '', baseURL: '', continuation: 'ask', api }, 'fake'));
    const messages: readonly Message[] = [
      { role: 'user', content: 'The weather?' },
      { role: 'assistant', content: [thinks('', opaque), call] },
      { role: 'user', content: [result] },
    ];
    for (const model of ['fake', 'other'])
      await collect(rig().start(server.url, { endpoint: { api }, request: { model, messages }, options: { retry: { maxAttempts: 1 } } }));
    const [same, other] = server.requests.map(({ body }) => first(body));
    expect([same, JSON.stringify(other).includes('==')]).toEqual([value, false]);
  });
});

describe('kept reasoning', () => {
  const said: readonly Part[] = [thinks('One', { a: 1 }), { type: 'text', text: 'I look.' }, thinks('Two'), call];
  const bare: Message = { role: 'assistant', content: [{ type: 'text', text: 'I look.' }, call] };

  it('is put back by the id of the call, in its place where the client changed nothing, else before the rest', () => {
    const kept = new KeptReasoning();
    kept.keep(said);
    const other: Message = { role: 'assistant', content: [{ type: 'text', text: 'Cut.' }, call] };
    const unknown: Message = { role: 'assistant', content: [{ ...call, id: 'c9' } as Part] };
    const user: Message = { role: 'user', content: [result] };
    expect(kept.restored([bare, other, unknown, user])).toEqual([
      { role: 'assistant', content: said },
      { role: 'assistant', content: [said[0], said[2], ...(other.content as Part[])] },
      unknown,
      user,
    ]);
  });

  it('is bounded in number and in size, and forgets the oldest first', () => {
    const many = new KeptReasoning();
    const large = new KeptReasoning();
    for (let at = 0; at < 501; at++) many.keep([thinks('x'), { ...call, id: `c${at}` } as Part]);
    for (let at = 0; at < 3; at++) large.keep([thinks('x'.repeat(7_000_000)), { ...call, id: `c${at}` } as Part]);
    const has = (kept: KeptReasoning, id: string): boolean => {
      const [message] = kept.restored([{ role: 'assistant', content: [{ ...call, id } as Part] }]);
      return message!.content.length === 2;
    };
    expect([has(many, 'c0'), has(many, 'c1'), has(many, 'c500'), has(large, 'c0'), has(large, 'c1'), has(large, 'c2')]).toEqual([
      false,
      true,
      true,
      false,
      true,
      true,
    ]);
  });
});
