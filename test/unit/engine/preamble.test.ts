// A model that is asked to continue may write an introduction first: no text appears twice, and none is lost.
import { describe, expect, it } from 'vitest';
import { OverlapFinder } from '../../../src/core/resume/overlap.ts';
import { body, chunk, doneEvent, finished, seen } from '../../support/body.ts';
import { knownAnswer } from '../../support/knownAnswer.ts';

const old = 'The bridge was built in the summer of 1890, when the river was low. Its piers are of gran';
const rest = 'ite from the north of the country. It still stands.';

/** What is appended to `old`, however the new stream is cut; undefined when there is no honest join. */
function appended(head: string, before = old, openFence?: string): readonly (string | undefined)[] {
  return [1, 5, 40, head.length].map((size) => {
    const finder = new OverlapFinder(before, openFence, true);
    let verdict = finder.push('');
    let at = 0;
    for (; at < head.length && verdict.type === 'hold'; at += size) verdict = finder.push(head.slice(at, at + size));
    if (verdict.type === 'hold') verdict = finder.end();
    if (verdict.type === 'different') return undefined;
    const drop = verdict.type === 'join' ? verdict.drop : verdict.type === 'unclear' ? verdict.likely : 0;
    return finder.head.slice(drop) + head.slice(at);
  });
}

const always = (text: string | undefined): readonly (string | undefined)[] => [text, text, text, text];

describe('a model that talks before it continues', () => {
  it.each([
    ['Sure, here it is again:\n\n'],
    ['Of course! Here is the complete answer.\n\n'],
    ['I apologize for the interruption. Here is the text again: '],
    ['**Continuing:**\n\n'],
    ['好的，以下是完整的回答：\n\n'],
    ['Natürlich, hier noch einmal der ganze Text:\n'],
    ['✅ Here it is again:\n\n'],
    ['(continued)\n\n'],
    ['¡Claro! Aquí está de nuevo:\n\n'],
    ['---\n\n'],
    ['— '],
    ['1. '],
    ['  '],
    ['"'],
  ])('and then says it all again adds only what is new: %j', (preamble) => {
    expect(appended(preamble + old + rest)).toEqual(always(rest));
  });

  it('and then repeats a long piece of the end adds only what is new', () => {
    expect(appended(`Continuing from where I stopped:\n\n${old.slice(-60)}${rest}`)).toEqual(always(rest));
  });

  it('and then repeats a short piece of the end behind three dots adds only what is new', () => {
    for (const dots of ['...', '…', '… ']) expect(appended(`${dots}${old.slice(-30)}${rest}`)).toEqual(always(rest));
  });

  it('in a list whose lines are alike loses none of them', () => {
    const line = 'I shall not talk while others read a long and quiet text.\n';
    for (const [mark, next] of [
      ['3. ', '4. '],
      ['(c) ', '(d) '],
      ['3) ', '4) '],
    ] as const) {
      expect(appended(`${next}${line}And so on.`, `Write it down:\n\n${mark}${line}`)).toEqual(always(`${next}${line}And so on.`));
    }
  });

  it('and then opens the block of code again adds only the code', () => {
    const code = 'Here it is:\n\n```ts\nexport const add = (a: number, b: number) => {\n  ';
    const more = 'return a + b;\n};\n```\n\nIt adds.';
    for (const fence of ['```ts\n', '```typescript\n', 'Continuing the code:\n\n```ts\n', 'Sure!\n\n```typescript\n']) {
      expect(appended(fence + more, code, '```ts')).toEqual(always(more));
    }
    const next = `${more}\n\n\`\`\`ts\nconst three = add(1, 2);\n\`\`\`\n`;
    expect(appended(next, code, '```ts')).toEqual(always(next));
    const other = '```bash\nnpm install\n```\n';
    expect(appended(other, 'The file:\n\n```markdown\n# Title\n\n', '```markdown')).toEqual(always(other));
    const closing = `${code}return a + b;\n};\n\`\``;
    const after = '`\n\nUse it:\n\n```ts\nadd(1, 2);\n```\n';
    expect(appended(after, closing, '```ts')).toEqual(always(after));
  });

  it('in an answer that goes on with a sentence of its own loses nothing', () => {
    const full = 'The first part ends here.';
    for (const next of [' Then: more.\n\nAnd more of it.', '\n\nSure, that is one way:\n\n- a\n- b', 'Also:\n\nThe first rule.', 'Sure.']) {
      expect(appended(next, full)).toEqual(always(next));
    }
  });

  it('cannot be joined where it then says something else', () => {
    expect(appended(`Sure, here it is again:\n\n${old.slice(0, 70)} something quite different, and long enough to tell.`)).toEqual(
      always(undefined),
    );
  });

  it('is joined in a whole answer, at any place of the break', async () => {
    const wrong: unknown[] = [];
    for (let cut = 40; cut < knownAnswer.length; cut += 97) {
      const bodies = [
        body(chunk({ content: knownAnswer.slice(0, cut) })),
        body(...[`Sure, here is the answer again:\n\n${knownAnswer}`].map((content) => chunk({ content })), finished(), doneEvent),
      ];
      const { text, reason } = await seen(bodies);
      if (text !== knownAnswer || reason !== 'stop') wrong.push({ cut, reason, text: text.slice(cut - 20, cut + 60) });
    }
    expect(wrong).toEqual([]);
  });
});
