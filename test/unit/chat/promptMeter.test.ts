// How large the next prompt is: part by part, exact where the tokenizer is the model's own, and when it no longer fits.
import { expect, it } from 'vitest';
import { PromptMeter, type PromptTexts } from '../../../src/core/chat/promptMeter.ts';
import { DraftCounter } from '../../../src/core/tokens/draftCounter.ts';
import { countTokens, type Encoding } from '../../../src/core/tokens/tokenCounter.ts';
import type { Family } from '../../../src/core/tokens/tokenizerFamilies.ts';
import { corpora } from '../../../scripts/tokenCorpus.ts';
import { encodingFor } from '../../../scripts/vocabularies.ts';
import { seeded } from '../../support/random.ts';
import { asked } from '../../support/reference.ts';

const nothing: PromptTexts = { system: '', history: [], historyPictures: 0, running: 0, attachments: [], pictures: 0, question: '' };
const own = { window: undefined, maxOutput: undefined, ownTokenizer: true };
const encoding = encodingFor('o200k');
/** OpenAI's cookbook: three tokens for each message, those of its role and text, and three before the answer. */
const cookbook = (texts: readonly string[]): number =>
  asked('o200k', (count) => texts.reduce((total, text) => total + 3 + count('user') + count(text), 3));

it("counts the whole prompt as OpenAI's cookbook does, and its parts", () => {
  const system = 'You are a careful reviewer.';
  const history = ['What does `reduce` do?', 'It folds a list into one value.\n\n```ts\n[1, 2].reduce((a, b) => a + b);\n```'];
  const question = 'And on an empty list?\nExplain it in two sentences.';
  const { prompt, ...parts } = new PromptMeter().measure({ ...nothing, system, history, question }, own, encoding, new DraftCounter());
  expect({ prompt, exact: parts.exact, sum: parts.system + parts.history + parts.question }).toEqual({
    prompt: cookbook([system, ...history, question]),
    exact: true,
    sum: prompt - 7,
  });
});

/** The same encoding, and how many characters it has counted since this was last asked. */
function watched(): { readonly encoding: Encoding; readonly counted: () => number } {
  let characters = 0;
  const count = (word: string): number => {
    characters += word.length;
    return encoding.count(word);
  };
  return { encoding: { ...encoding, count }, counted: () => [characters, (characters = 0)][0] as number };
}

const long = 'Some words of an earlier answer. '.repeat(5_000);
const longTexts = { ...nothing, system: long, history: [long, `${long}!`], attachments: [long], question: long };

it('counts a long prompt a piece at a time, estimates the rest until then, and tokenizes nothing again when a letter is typed', () => {
  const { encoding: slow, counted } = watched();
  const meter = new PromptMeter();
  const draft = new DraftCounter();
  const sizes = [];
  const pieces: number[] = [];
  do {
    sizes.push(meter.measure(longTexts, own, slow, draft));
    pieces.push(counted());
  } while (meter.partial);
  const last = sizes.at(-1)!;
  meter.measure({ ...longTexts, question: `${long}x` }, own, slow, draft);
  expect({
    pieces: pieces.length,
    most: Math.max(...pieces) < 140_000,
    exact: sizes.map(({ exact }) => exact),
    prompt: last.prompt,
    nearFromTheStart: sizes.every(({ prompt }) => Math.abs(prompt / last.prompt - 1) < 0.5),
    again: counted() < 1_000,
  }).toEqual({
    pieces: 4,
    most: true,
    exact: [false, false, false, true],
    // The attachment and the question are one message.
    prompt: cookbook([long, long, `${long}!`, long]) + asked('o200k', (count) => count(long)),
    nearFromTheStart: true,
    again: true,
  });
});

it('comes to an end for two pages that count their long prompts in turns', () => {
  const { encoding: slow } = watched();
  const meter = new PromptMeter();
  const pages = [1, 2].map((page) => ({
    counter: new DraftCounter(),
    texts: { ...nothing, history: [1, 2, 3].map((index) => `${page} ${index} ${long}`), question: `${page} ${long}` },
  }));
  let waiting = pages;
  let turns = 0;
  for (; waiting.length > 0 && turns < 50; turns++) {
    waiting = waiting.filter(({ texts, counter }) => {
      meter.measure(texts, own, slow, counter);
      return meter.partial;
    });
  }
  expect([waiting, turns < 15]).toEqual([[], true]);
});

it('says when little room is left and when the prompt does not fit, and nothing where the window is not known', () => {
  const words = (count: number): PromptTexts => ({ ...nothing, question: 'a '.repeat(count) });
  const state = (count: number, window: number | undefined, maxOutput?: number): unknown => {
    const { answer, ...measured } = new PromptMeter().measure(
      words(count),
      { window, maxOutput, ownTokenizer: true },
      encoding,
      new DraftCounter(),
    );
    return [measured.state, answer];
  };
  expect([
    state(100, undefined),
    state(100, 8_000),
    state(100, 8_000, 1_000),
    state(6_500, 8_000, 1_000),
    state(7_200, 8_000, 1_000),
    state(7_800, 8_000, 1_000),
    state(8_100, 8_000, 100),
  ]).toEqual([
    ['fits', undefined],
    ['fits', 2_000],
    ['fits', 1_000],
    ['fits', 1_000],
    ['near', 1_000],
    ['over', 1_000],
    ['over', 100],
  ]);
});

it('is an estimate with pictures, with the tokenizer of another family, while one is loaded, and while an answer comes', () => {
  const exact = (texts: Partial<PromptTexts>, room = own, loaded: Encoding | undefined = encoding): boolean =>
    new PromptMeter().measure({ ...nothing, question: 'Hello', ...texts }, room, loaded, new DraftCounter()).exact;
  expect([
    exact({}),
    exact({ pictures: 1_105 }),
    exact({ historyPictures: 1_105 }),
    exact({ running: 12 }),
    exact({}, { ...own, ownTokenizer: false }),
    new PromptMeter().measure({ ...nothing, question: 'Hello' }, own, undefined, new DraftCounter()).exact,
  ]).toEqual([true, false, false, false, false, false]);
});

/** 50 prompts of several turns, the same in every run; the system prompt first, the question last. */
function prompts(): readonly (readonly string[])[] {
  const texts = Object.values(corpora);
  const next = seeded(3);
  const piece = (): string => {
    const text = texts[Math.floor(next() * texts.length)]!;
    const from = Math.floor(next() * text.length);
    return text.slice(from, from + 1 + Math.floor(next() * 3_000)).replaceAll(/\p{Cs}/gu, '') || '.';
  };
  return Array.from({ length: 50 }, () => Array.from({ length: 2 + 2 * Math.floor(next() * 6) }, piece));
}

const measured = ([system = '', ...rest]: readonly string[], room: typeof own & { family?: Family }, using: Encoding): number =>
  new PromptMeter().measure({ ...nothing, system, history: rest.slice(0, -1), question: rest.at(-1)! }, room, using, new DraftCounter())
    .prompt;

it('is within one per cent of what OpenAI counts for 50 prompts of several turns', () => {
  const off = prompts().map((texts) => Math.abs(measured(texts, own, encoding) / cookbook(texts) - 1));
  expect(Math.max(...off)).toBeLessThan(0.01);
});

// As their published templates write them, each mark in angle brackets one token.
it.each([
  ['qwen', '', (role: string, text: string) => `<|im_start|>${role}\n${text}<|im_end|>\n`, '<|im_start|>assistant\n'],
  [
    'llama3',
    '<|begin_of_text|>',
    (role: string, text: string) => `<|start_header_id|>${role}<|end_header_id|>\n\n${text}<|eot_id|>`,
    '<|start_header_id|>assistant<|end_header_id|>\n\n',
  ],
] as const)('is within one per cent of the chat template of %s for the same prompts', (family, begin, message, end) => {
  const using = encodingFor(family);
  const whole = (text: string): number =>
    text.split(/(<\|\w+\|>)/).reduce((total, part) => total + (part.startsWith('<|') ? 1 : countTokens(using, part)), 0);
  const off = prompts().map(([system = '', ...rest]) => {
    const turns = rest.map((text, index) => message(index % 2 === 0 ? 'user' : 'assistant', text));
    const tokens = whole(begin + [message('system', system), ...turns].join('') + end);
    return Math.abs(measured([system, ...rest], { ...own, family }, using) / tokens - 1);
  });
  expect(Math.max(...off)).toBeLessThan(0.01);
});
