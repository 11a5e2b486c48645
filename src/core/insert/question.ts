/** Finds a question in the document itself: the comment at or above the cursor. */
import { type CommentMarks, commentStyle, lineMark } from './comment.ts';

/**
 * The text of the comment that ends on the last line of `before`, or directly above it when that line is blank;
 * undefined when there is none.
 * @param before the document up to the cursor, with `\n` or `\r\n`
 */
export function questionAbove(before: string, marks: CommentMarks): string | undefined {
  const lines = before.split(/\r?\n/);
  while (lines.length > 0 && lines.at(-1)?.trim() === '') lines.pop();
  const style = commentStyle(marks);
  const last = lines.at(-1)?.trim() ?? '';
  if (last.endsWith('*/')) return blockAbove(lines);
  if (style === undefined) return undefined;
  // In batch files the mark may be written with an @ or without.
  const opens = [style.open.trim(), style.open.trim().replace(/^@(?=\w)/, '')];
  const found: string[] = [];
  for (const line of lines.toReversed()) {
    const text = line.trim();
    const open = opens.find((mark) => text.toLowerCase().startsWith(mark.toLowerCase()));
    if (open === undefined) break;
    const inner = style.close === '' ? text : text.slice(0, text.endsWith(style.close) ? -style.close.length : undefined);
    found.unshift(inner.slice(style.close === '' ? lineMark(text, open).length : open.length).trim());
  }
  return found.join('\n').trim() || undefined;
}

/** A comment between slash-star and star-slash over several lines. */
function blockAbove(lines: readonly string[]): string | undefined {
  const from = lines.findLastIndex((line) => line.includes('/*'));
  if (from === -1 || !lines[from]?.trim().startsWith('/*')) return undefined;
  const inner = lines.slice(from).map((line) =>
    line
      .trim()
      .replace(/\*+\/$|^\/?\*+/g, '')
      .trim(),
  );
  return inner.join('\n').trim() || undefined;
}
