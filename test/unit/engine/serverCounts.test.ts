// Token counts of servers: what adds up is taken, what does not is mended and marked as an estimate.
import { describe, expect, it } from 'vitest';
import { countTokens } from '../../../src/core/tokens/tokenCounter.ts';
import { UsageMeter } from '../../../src/core/tokens/usageMeter.ts';
import { encodingFor } from '../../../scripts/vocabularies.ts';
import { body, chunk, doneEvent, finished, seen } from '../../support/body.ts';

const encoding = encodingFor('o200k');
const words = 'The quick brown fox jumps over the lazy dog again and again. ';

/** The counts of an answer whose stream holds these usage objects after the text, and whether they are marked. */
async function counts(...usages: readonly object[]): Promise<unknown> {
  const { usage } = await seen(
    body(chunk({ content: words }), finished(), ...usages.map((one) => ({ choices: [], usage: one })), doneEvent),
  );
  const { prompt, completion, total, reasoning = 0, cached = 0, estimated } = usage;
  return [prompt, completion, total, reasoning, cached, estimated ? '~' : ''];
}

const counted = 14;

describe('the counts of a server', () => {
  it.each([
    ['in another field', { usage_metadata: { prompt_token_count: 100, candidates_token_count: 14, total_token_count: 114 } }],
    ['at the top', { prompt_tokens: 100, completion_tokens: 14, total_tokens: 114 }],
    ['in a list', { usage: [{ prompt_tokens: 100, completion_tokens: 14, total_tokens: 114 }] }],
    ['in units of a bill', { meta: { billed_units: { input_tokens: 100, output_tokens: 14 } } }],
    ['in metrics', { invocationMetrics: { inputTokenCount: 100, outputTokenCount: 14 } }],
    ['in an object of its own', { meta: { usage: { prompt_tokens: 100, completion_tokens: 14, total_tokens: 114 } } }],
  ])('are found %s', async (_where, more) => {
    const { usage } = await seen(body(chunk({ content: words }), finished(), { choices: [], ...more }, doneEvent));
    expect([usage.prompt, usage.completion, usage.estimated]).toEqual([100, 14, false]);
  });

  it('hold where they add up', async () => {
    expect(await counts({ prompt_tokens: 100, completion_tokens: 14, total_tokens: 114 })).toEqual([100, 14, 114, 0, 0, '']);
  });

  it('may have other names, be texts, or lack their total', async () => {
    expect([
      await counts({ input_tokens: 11, output_tokens: 14, total_tokens: 25 }),
      await counts({ promptTokens: 11, completionTokens: 14, totalTokens: 25 }),
      await counts({ promptTokenCount: 11, candidatesTokenCount: 14, totalTokenCount: 25 }),
      await counts({ prompt_tokens: '11', completion_tokens: '14' }),
      await counts({ prompt_tokens: 11, total_tokens: 25 }),
      await counts({ n_prompt_tokens: 11, n_completion_tokens: 14 }),
      await counts({ request_tokens: 11, response_tokens: 14 }),
      await counts({ tokens_in: 11, tokens_out: 14 }),
    ]).toEqual(Array.from({ length: 8 }, () => [11, 14, 25, 0, 0, '']));
  });

  it('may leave the reasoning out of the completion: the total says so', async () => {
    const details = { completion_tokens_details: { reasoning_tokens: 1000 } };
    expect([
      await counts({ prompt_tokens: 100, completion_tokens: 14, total_tokens: 1114, ...details }),
      await counts({ prompt_tokens: 100, completion_tokens: 1014, total_tokens: 1114, ...details }),
      await counts({ prompt_tokens: 100, completion_tokens: 14, ...details }),
    ]).toEqual([
      [100, 1014, 1114, 1000, 0, ''],
      [100, 1014, 1114, 1000, 0, ''],
      [100, 1014, 1114, 1000, 0, '~'],
    ]);
  });

  it('are marked where nothing explains the total', async () => {
    expect([
      await counts({ prompt_tokens: 100, completion_tokens: 14, total_tokens: 300 }),
      await counts({ prompt_tokens: 100, completion_tokens: 14, total_tokens: 20 }),
    ]).toEqual([
      [100, 200, 300, 0, 0, '~'],
      [100, 14, 114, 0, 0, '~'],
    ]);
  });

  it('are an estimate where they are zero', async () => {
    const [, completion, , , , mark] = (await counts({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 })) as unknown[];
    expect([Number(completion) > 8, mark]).toEqual([true, '~']);
  });

  it('are not taken back by zeros, nor by lower ones', async () => {
    const good = { prompt_tokens: 50, completion_tokens: 14, total_tokens: 64 };
    expect([
      await counts(good, { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }),
      await counts(good, { prompt_tokens: 50, completion_tokens: 3, total_tokens: 53 }),
    ]).toEqual([
      [50, 14, 64, 0, 0, ''],
      [50, 14, 64, 0, 0, '~'],
    ]);
  });

  it('may come in parts, the prompt first and the completion last', async () => {
    const parts = [
      await counts({ prompt_tokens: 50, completion_tokens: 1, total_tokens: 51 }, { completion_tokens: 14 }),
      await counts({ prompt_tokens: 50, completion_tokens: 1 }, { completion_tokens: 14 }),
    ];
    expect(parts).toEqual([
      [50, 14, 64, 0, 0, ''],
      [50, 14, 64, 0, 0, ''],
    ]);
  });

  it.each([
    ['9e15', { prompt_tokens: 100, completion_tokens: 9e15, total_tokens: 9e15 }],
    ['1e308', { prompt_tokens: 100, completion_tokens: 1e308, total_tokens: 1e308 }],
    ['negative', { prompt_tokens: 100, completion_tokens: -5, total_tokens: -5 }],
    ['no number', { prompt_tokens: 100, completion_tokens: 'many', total_tokens: {} }],
  ])('are an estimate where no model could have used so many: %s', async (_, usage) => {
    const [prompt, completion, total, , , mark] = (await counts(usage)) as number[];
    expect([prompt, completion! > 8 && completion! < 25, total === prompt! + completion!, mark]).toEqual([100, true, true, '~']);
  });

  it('are an estimate where far more text came than they say', () => {
    const attempt = new UsageMeter(() => encoding).begin([]);
    attempt.text(words.repeat(50));
    attempt.server({ prompt: 10, completion: 10 });
    expect([attempt.usage().completion, attempt.estimated]).toEqual([countTokens(encoding, words.repeat(50)), true]);
  });

  it('that lag behind the text are completed by an estimate', () => {
    const attempt = new UsageMeter(() => encoding).begin([]);
    attempt.text(words);
    attempt.server({ prompt: 10, completion: 12 });
    attempt.text(words);
    expect([attempt.usage().completion, attempt.estimated]).toEqual([12 + counted, true]);
  });

  it('hold for hidden reasoning, which no text shows', () => {
    const attempt = new UsageMeter(() => encoding).begin([]);
    attempt.text(words);
    attempt.server({ prompt: 10, completion: 5_014, total: 5_024, reasoning: 5_000 });
    expect([attempt.usage().completion, attempt.estimated]).toEqual([5_014, false]);
  });
});
