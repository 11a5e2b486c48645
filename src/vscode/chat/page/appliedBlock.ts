/** Finds the code block of a conversation that is applied to a file, with its context. */
import type { Answer, Entry } from '../../../core/chat/entries.ts';
import { codeBlocks, filesNamed } from '../../../core/insert/codeBlock.ts';
import type { AppliedBlock } from '../../insert/applyToFile.ts';

/** @param find an entry by its id */
export function appliedBlock(code: string, info: string, thread: readonly Entry[], find: (id: string) => Entry | undefined): AppliedBlock {
  const wanted = code.trim();
  for (const answer of thread.filter((entry) => entry.role === 'assistant').toReversed()) {
    const blocks = codeBlocks(textOf(answer));
    // The page may show more or less of a streaming block than its text has now.
    const index = blocks.findLastIndex((block) => block.code.trim() === wanted || (block.isOpen && startsAlike(block.code.trim(), wanted)));
    const block = blocks[index];
    if (block === undefined) continue;
    const question = find(answer.parent);
    const attached = question?.role === 'user' ? question.attachments.map(({ name }) => name) : [];
    const { state, previous } = answer;
    // Several blocks have this code, and the page does not say which was clicked.
    const files = new Set(blocks.filter((each) => each.code.trim() === wanted).map((each) => filesNamed(each).join('\n')));
    if (!block.isOpen && files.size > 1) return { block: { ...block, info, above: '' }, attached };
    if (!block.isOpen || state.type !== 'live') return { block, attached };
    return { block, attached, live: { stream: state.stream, before: previous.text, index } };
  }
  return { block: { info, above: '', code, isOpen: false }, attached: [] };
}

/** The newest block of the newest answer that has one. */
export function newestBlock(thread: readonly Entry[], find: (id: string) => Entry | undefined): AppliedBlock | undefined {
  const answer = thread.findLast((entry): entry is Answer => entry.role === 'assistant' && codeBlocks(textOf(entry)).length > 0);
  const block = answer === undefined ? undefined : codeBlocks(textOf(answer)).at(-1);
  return block === undefined ? undefined : appliedBlock(block.code, block.info, thread, find);
}

function textOf({ state, previous }: Answer): string {
  if (state.type === 'settled') return state.text;
  return state.type === 'live' ? state.stream.text : previous.text;
}

function startsAlike(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}
