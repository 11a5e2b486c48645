/** The syntax around the cursor: inserted text becomes code, or part of a comment or string. */
import { type CommentMarks, lineMark } from './comment.ts';

export type CursorPlace =
  | { readonly type: 'code' }
  /** A comment that ends with its line; `mark` begins each further line. */
  | { readonly type: 'line-comment'; readonly mark: string }
  /** `mark` begins each further line after its indentation, such as `* `; `close` must not occur in the text. */
  | { readonly type: 'block-comment'; readonly mark: string; readonly close: string }
  /** A string or docstring. `lineEnd` is the two characters `\n` in a string that must stay on its line. */
  | { readonly type: 'string'; readonly escapes: readonly StringEscape[]; readonly lineEnd: '\n' | '\\n' };

/** A mark that would end the string, and the prefix that escapes it: a backslash, or the mark itself. */
export interface StringEscape {
  readonly mark: string;
  readonly by: string;
  /** Replaces the mark, such as an HTML entity. */
  readonly instead?: string;
}

export const inCode: CursorPlace = { type: 'code' };

export function lineCommentPlace(comment: string, marks: CommentMarks): CursorPlace {
  return { type: 'line-comment', mark: lineMark(comment, marks.line) };
}

/** @param lineBefore the cursor's line up to the cursor */
export function blockCommentPlace(lineBefore: string, marks: CommentMarks): CursorPlace {
  return { type: 'block-comment', mark: blockMark(lineBefore), close: marks.block?.[1] ?? '' };
}

/** Stars are continued in `/**` and ` *` comments, not in a plain block. */
function blockMark(lineBefore: string): string {
  const text = lineBefore.trimStart();
  if (/^\/\*[*!]/.test(text)) return ' * ';
  return /^\*(?!\/)/.test(text) ? '* ' : '';
}

/**
 * Finds the place by comment marks alone, for languages without a grammar: a line comment, or an open block comment.
 * @param before the document up to the cursor
 */
export function placeByMarks(before: string, marks: CommentMarks): CursorPlace {
  const lineBefore = before.slice(before.lastIndexOf('\n') + 1);
  const { line, block } = marks;
  if (line !== undefined && lineBefore.trimStart().toLowerCase().startsWith(line.trimEnd().toLowerCase())) {
    return lineCommentPlace(lineBefore, marks);
  }
  if (block === undefined || block[1].trim() === '') return inCode;
  const opened = before.lastIndexOf(block[0]);
  const isOpen = opened !== -1 && !before.includes(block[1], opened + block[0].length);
  // If both marks are equal, every second one closes.
  const isBegun = block[0] !== block[1] || before.split(block[0]).length % 2 === 0;
  return isOpen && isBegun ? blockCommentPlace(lineBefore, marks) : inCode;
}
