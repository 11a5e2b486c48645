// Reasoning under any name and between any tags is no part of the answer.
import { describe, expect, it } from 'vitest';
import { ThinkSplitter } from '../../../src/core/provider/reading/thinkTags.ts';
import type { EndpointMemory } from '../../../src/core/provider/provider.ts';
import { body, chunk, doneEvent, finished, seen } from '../../support/body.ts';
import { collect, endOf, rig } from '../../support/engine.ts';

const done = [finished(), doneEvent] as const;

describe('reasoning', () => {
  it.each([
    ['an empty field beside a full one', { content: '', reasoning_content: '', reasoning: 'I think ' }],
    ['reasoning_text', { reasoning_text: 'I think ' }],
    ['thinking', { thinking: 'I think ' }],
    ['thought', { thought: 'I think ' }],
    ['an object', { reasoning: { content: 'I think ' } }],
    ['details', { reasoning_details: [{ type: 'reasoning.text', text: 'I think ', signature: 'x' }] }],
    ['details of a summary', { reasoning_details: [{ type: 'reasoning.summary', summary: 'I think ' }] }],
    ['a part with a text', { content: [{ type: 'thinking', thinking: 'I think ' }] }],
    ['a part with a list', { content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'I think ' }] }] }],
    ['an object in an object', { reasoningContent: { reasoningText: { text: 'I think ' } } }],
    ['a part with a flag', { content: [{ text: 'I think ', thought: true }] }],
    ['a field of another name', { internal_thoughts: 'I think ' }],
    ['a field beside the usual ones', { provider_specific_fields: { reasoning_content: 'I think ' } }],
    ['two fields with the same', { reasoning_content: 'I think ', reasoning: 'I think ', reasoning_details: [{ text: 'I think ' }] }],
  ])('is read under any name: %s', async (_, delta) => {
    const { reasoning, text } = await seen(body(chunk(delta), chunk({ content: 'Hi.' }), ...done));
    expect([reasoning, text]).toEqual(['I think ', 'Hi.']);
  });

  it.each([
    ['<think>', '</think>'],
    ['<thinking>', '</thinking>'],
    ['<thought>', '</thought>'],
    ['<reasoning>', '</reasoning>'],
    ['<reflection>', '</reflection>'],
    ['<inner_monologue>', '</inner_monologue>'],
    ['<think id="1" lang=en>', '</think>'],
    ['<thinking\n>', '</thinking>'],
    ['<Think>', '</think>'],
    ['【思考】', '【/思考】'],
    ['<o1_thinking>', '</o1_thinking>'],
    ['<|channel>thought\n', '<channel|>'],
    ['<unused94>thought\n', '<unused95>'],
    ['<seed:think>', '</seed:think>'],
    ['<|thinking|>', '<|/thinking|>'],
    ['<|begin_of_thought|>', '<|end_of_thought|>'],
    ['<|START_THINKING|>', '<|END_THINKING|>'],
    ['[THINK]', '[/THINK]'],
    ['< think >', '</ think >'],
    ['<think>', '< / think >'],
    ['<thinking>', '</think>'],
    ['<|think|>', '</|think|>'],
    ['<|thinking_start|>', '<|thinking_end|>'],
    ['<chain-of-thought>', '</chain-of-thought>'],
    ['<internal_monologue>', '</internal_monologue>'],
    ['<plan>', '</plan>'],
    ['<|im_start|>think\n', '<|im_end|>\n<|im_start|>assistant\n'],
    ['<|im_start|>thinking<|im_sep|>', '<|im_end|>'],
    ['◁think▷', '◁/think▷'],
    ['{think}', '{/think}'],
    ['```thinking', '```'],
    ['<|channel|>analysis<|message|>', '<|end|><|start|>assistant<|channel|>final<|message|>'],
  ])('in tags is no part of the answer, however it is cut: %s', async (open, close) => {
    const content = `${open}\nI think.\n${close}\n\nHi.`;
    const cuts = [1, 3, 7, content.length].map((size) =>
      Array.from({ length: Math.ceil(content.length / size) }, (_, at) => content.slice(at * size, (at + 1) * size)),
    );
    const seenAll = await Promise.all(cuts.map((pieces) => seen(body(...pieces.map((piece) => chunk({ content: piece })), ...done))));
    expect(seenAll.map(({ reasoning, text }) => [reasoning, text])).toEqual(cuts.map(() => ['I think.', 'Hi.']));
  });

  it.each([
    '<|channel|>analysis<|message|>I think.<|end|><|start|>assistant<|channel|>final<|message|>Hi.<|return|>',
    '<|channel|>analysis<|message|>I think.<|end|><|start|>assistant<|channel|>final<|message|>Hi.<|end|>\n<|return|>',
    '<|channel|>final<|message|>Hi.<|end|><|start|>assistant<|channel|>analysis<|message|>I think.<|end|>',
    '<think>I think.</think>Hi.<|im_end|>',
    '<think>I think.</think>\nHi.<|eot_id|>',
    '<think>I think.</think>Hi.<｜end▁of▁sentence｜>',
    '<think>I think.</think>Hi.<end_of_turn>\n',
  ])('is parted from the answer, and so is the mark at its end, however it is cut: %s', async (content) => {
    const cuts = [1, 2, 5, content.length].map((size) =>
      Array.from({ length: Math.ceil(content.length / size) }, (_, at) => content.slice(at * size, (at + 1) * size)),
    );
    const seenAll = await Promise.all(cuts.map((pieces) => seen(body(...pieces.map((piece) => chunk({ content: piece })), ...done))));
    expect(seenAll.map(({ reasoning, text }) => [reasoning, text])).toEqual(cuts.map(() => ['I think.', 'Hi.']));
  });

  it.each([
    '<plan>Do this.</plan>',
    '{think}All.{/think}',
    '```thinking\nAll.\n```\n',
    '<analysis>\nAll of it.\n</analysis>\n',
    '<plan>Do this',
  ])('is also the answer where a tag that may belong to it is followed by nothing: %s', async (content) => {
    const { text, reasoning } = await seen(body(...[...content].map((piece) => chunk({ content: piece })), ...done));
    expect([text.trim(), reasoning]).toEqual([content.trim(), content.replace(/<[^>]+>|\{[^}]+\}|```\w*/g, '').trim()]);
  });

  it.each([
    '<ponder>Words of a tag that nobody knows.</ponder>\n\nHi.',
    '<thinker> x',
    '<reasonable>',
    '<think is a word',
    '<analysis_of_x>',
    '<thinner',
    '[link](x)',
    '<div>',
    '[note]',
    '<',
    '[',
    '{',
    '`',
    '< 5',
    'The mark is <|return|>',
    'The mark is `<|end|>`',
    'a<|end|> ends it',
    'a<|en',
    'x <e',
    '```reason\nlet x = 1;\n```',
    '```think',
    '{thing}',
    '{"think": 1}',
  ])('is not what only looks like a tag: %s', async (content) => {
    const pieces = [...content].map((piece) => chunk({ content: piece }));
    expect((await seen(body(...pieces, ...done))).text).toBe(content);
  });

  it('leaves a text full of marks as it is, in one call and without a call for each', () => {
    const content = 'a<|end|> <x '.repeat(100_000);
    let calls = 0;
    let text = '';
    const splitter = new ThinkSplitter({ text: (piece) => (calls++, (text += piece)), reasoning: () => undefined });
    splitter.push(content);
    splitter.end(true, true);
    expect([text === content, calls <= 2]).toEqual([true, true]);
  });

  it('that no tag opens is known by its end from the second answer on', async () => {
    const memory: EndpointMemory = {};
    const answers = [
      'The user says hi.\n</think>\n\nHello!',
      'They ask again.\n</think>\n\nHello again!',
      '<think>\nThis time opened.\n</think>\n\nYes.',
      'No thought at all.',
    ];
    const seenAll: unknown[] = [];
    for (const content of answers) {
      const pieces = content.match(/[^]{1,5}/g) ?? [];
      const { start } = rig({ fetch: async () => new Response(body(...pieces.map((piece) => chunk({ content: piece })), ...done)) });
      const events = await collect(start('http://127.0.0.1:1/v1', { memory }));
      seenAll.push([events.map((event) => (event.type === 'reasoning' ? event.text : '')).join(''), endOf(events).text]);
    }
    expect(seenAll).toEqual([
      ['', answers[0]],
      ['They ask again.', 'Hello again!'],
      ['This time opened.', 'Yes.'],
      // A guess that was wrong takes nothing from the answer.
      ['No thought at all.', 'No thought at all.'],
    ]);
  });

  it('is not learnt from a text about such tags', async () => {
    const memory: EndpointMemory = {};
    const { start } = rig({ fetch: async () => new Response(body(chunk({ content: 'Use <think>\nand\n</think>\nfor it.' }), ...done)) });
    await collect(start('http://127.0.0.1:1/v1', { memory }));
    expect(memory.thoughtEnds).toBeUndefined();
  });
});
