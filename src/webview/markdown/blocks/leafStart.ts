// Recognises the blocks that begin with a mark and hold text: headings, code, formulas, a line across.
import { Code } from '../code/code.ts';
import type { RenderContext } from '../renderContext.ts';
import type { Cursor } from './cursor.ts';
import { Heading } from './heading.ts';
import type { Leaf } from './leaf.ts';
import { isProse, MathBlock } from './mathBlock.ts';
import { ATX, BREAK, FENCE, HTML, MATH } from './starts.ts';

export interface LeafStart {
  readonly leaf: Leaf;
  /** What the first line already says; undefined if that line is only the mark. */
  readonly text?: string;
}

export function leafStart(cursor: Cursor, tools: RenderContext): LeafStart | undefined {
  const { content } = cursor;
  const atx = ATX.exec(content);
  if (atx) return { leaf: new Heading(atx[0].trimEnd().length, tools), text: content.slice(atx[0].length) };
  const fence = FENCE.exec(content);
  if (fence) {
    const info = content.slice(fence[0].length).trim();
    return { leaf: new Code(tools, { sign: fence[0][0]!, length: fence[0].length, indent: cursor.indent, info }) };
  }
  const html = HTML.find(({ opens }) => opens.test(content));
  if (html) return { leaf: new Code(tools, undefined, html), text: cursor.rest };
  if (BREAK.test(content)) return { leaf: new Break() };
  const math = MATH.exec(content);
  if (!math) return undefined;
  const text = content.slice(math[0].length);
  // "$$ is the number of the shell."
  const isText = math[0] === '$$' && text !== '' && !text.includes('$$') && isProse(text.trim());
  return isText ? undefined : { leaf: new MathBlock(math[0], tools), text };
}

class Break implements Leaf {
  readonly element = document.createElement('hr');
  text(): void {}
  endLine(): 'closed' {
    return 'closed';
  }
  draw(): void {}
  close(): void {}
}
