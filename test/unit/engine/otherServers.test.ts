// Each protocol as a server by others speaks it: aimock's answers, tool calls, breaks and refusals.
import { LLMock } from '@copilotkit/aimock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Api } from '../../../src/core/provider/provider.ts';
import { collect, endOf, problemsOf, rig, TestClock } from '../../support/engine.ts';
import { knownAnswer } from '../../support/knownAnswer.ts';

let other: LLMock;

beforeEach(async () => {
  other = new LLMock({ port: 0, chunkSize: 24 });
  await other.start();
});
afterEach(() => other.stop());

const apis: readonly Api[] = ['chat', 'responses', 'messages', 'gemini', 'ollama'];

describe.each(apis)('%s', (api) => {
  const ask = { endpoint: { api, continuation: 'ask' } } as const;
  const url = (): string => (api === 'gemini' || api === 'ollama' ? other.url : `${other.url}/v1`);

  it('reads its answer and its counts', async () => {
    other.onMessage('Go.', { content: knownAnswer, usage: { prompt_tokens: 5, completion_tokens: 750, total_tokens: 755 } });
    const events = await collect(rig().start(url(), ask));
    const { text, reason, usage } = endOf(events);
    const { prompt, completion } = usage;
    // It never counts for Ollama.
    const counts = api === 'ollama' ? [prompt, completion] : [5, 750];
    expect([text === knownAnswer, reason, prompt, completion, problemsOf(events)]).toEqual([true, 'stop', ...counts, []]);
  });

  it('reads its tool calls', async () => {
    other.onMessage('Go.', {
      toolCalls: [
        { name: 'look', arguments: '{"at":1}' },
        { name: 'smell', arguments: '{}' },
      ],
    });
    const stream = rig().start(url(), { ...ask, request: { tools: [{ name: 'look' }, { name: 'smell' }] } });
    const { reason } = endOf(await collect(stream));
    expect([reason, stream.toolCalls.map(({ name, arguments: json }) => [name, JSON.parse(json)])]).toEqual([
      'tool-calls',
      [
        ['look', { at: 1 }],
        ['smell', {}],
      ],
    ]);
  });

  it('continues an answer that it broke off', async () => {
    const half = Math.floor(knownAnswer.length / 2);
    other.onMessage('Go.', { content: knownAnswer }, { truncateAfterChunks: Math.floor(half / 24), latency: 1 });
    other.on({ userMessage: /cut off/ }, ({ messages }) => {
      const said = String(messages.findLast(({ role }) => role === 'assistant')?.content);
      return { content: knownAnswer.slice(Math.max(0, said.length - 30)) };
    });
    const events = await collect(rig().start(url(), ask));
    const seams = events.filter(({ type }) => type === 'seam').length;
    expect([endOf(events).text === knownAnswer, endOf(events).reason, seams, problemsOf(events)]).toEqual([true, 'stop', 1, []]);
  });

  it('waits as long as it asks for', async () => {
    const slow = { error: { message: 'Slow down', type: 'rate_limit_error' }, status: 429, retryAfter: 7 };
    other.on({ userMessage: 'Go.', sequenceIndex: 0 }, slow);
    other.on({ userMessage: 'Go.', sequenceIndex: 1 }, { content: 'Hello world' });
    const clock = new TestClock();
    const waits: number[] = [];
    const events = await collect(rig({ clock }).start(url(), ask), (event) => {
      if (event.type !== 'wait') return;
      waits.push(event.seconds);
      queueMicrotask(() => clock.advance(event.seconds * 1_000));
    });
    expect([endOf(events).text, endOf(events).reason, waits]).toEqual(['Hello world', 'stop', [7]]);
  });
});
