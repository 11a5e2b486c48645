/** Comment marks of a language, used to turn explanations in an answer into comments. */

/** The marks of a language, from its language configuration. */
export interface CommentMarks {
  /** Begins a comment that ends with its line. */
  readonly line?: string;
  readonly block?: readonly [open: string, close: string];
  /** Line comments must begin in the first column, as in Makefile recipes. */
  readonly atMargin?: boolean;
}

/** The marks around one line of a comment; `close` is empty where the line's end closes it. */
export interface CommentStyle {
  readonly open: string;
  readonly close: string;
  readonly atMargin: boolean;
}

/** Undefined if no mark is known. */
export function commentStyle({ line, block, atMargin }: CommentMarks): CommentStyle | undefined {
  if (line !== undefined) return { open: line, close: '', atMargin: atMargin === true };
  return block === undefined ? undefined : { open: block[0], close: block[1], atMargin: false };
}

/** Returns `character` so that it cannot complete the closing mark of the comment. */
export function commentSafe(close: string, character: string, previous: string): string {
  if (close === '') return character;
  // Separates the characters of the mark by a space; in XML, two hyphens are an error even without `>`.
  const pair = close.startsWith('--') ? '--' : close.slice(0, 2);
  return previous + character === pair ? ` ${character}` : character;
}

/**
 * The mark of the line comment that `comment` begins with, doubled characters included: `///`, `;;`, `#!`.
 * @param comment the text from the beginning of the comment on
 * @param line the language's own mark, where it is known
 */
export function lineMark(comment: string, line: string | undefined): string {
  const text = comment.trimStart();
  const known = line !== undefined && text.toLowerCase().startsWith(line.toLowerCase());
  const found = known ? /^[/!#;%:'-]*/.exec(text.slice(line.length)) : /^(?:[^\s\w]{1,4}|\w+)/.exec(text);
  return (known ? text.slice(0, line.length) : '') + (found?.[0] ?? '');
}
