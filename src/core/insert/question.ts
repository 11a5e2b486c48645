/** The question that stands in the document itself: the comment at or above the cursor. */
import { commentStyle } from './comment.ts';

/**
 * The text of the comment that ends on the last line of `before`, or directly above it when that line is blank;
 * undefined when there is none.
 * @param before the document up to the cursor, with `\n` or `\r\n`
 * @param language VS Code's identifier
 */
export function questionAbove(before: string, language: string): string | undefined {
  const lines = before.split(/\r?\n/);
  while (lines.length > 0 && lines.at(-1)?.trim() === '') lines.pop();
  const style = commentStyle(language);
  const last = lines.at(-1)?.trim() ?? '';
  if (last.endsWith('*/')) return blockAbove(lines);
  if (style === undefined) return undefined;
  const found: string[] = [];
  for (const line of lines.toReversed()) {
    const text = line.trim();
    if (!text.startsWith(style.open)) break;
    const inner = style.close === '' ? text : text.slice(0, text.endsWith(style.close) ? -style.close.length : undefined);
    found.unshift(
      inner
        .slice(style.open.length)
        .replace(/^[/!#;*-]*/, '')
        .trim(),
    );
  }
  return nonEmpty(found.join('\n').trim());
}

/** A comment between slash-star and star-slash over several lines. */
function blockAbove(lines: readonly string[]): string | undefined {
  const from = lines.findLastIndex((line) => line.includes('/*'));
  if (from === -1 || !lines[from]?.trim().startsWith('/*')) return undefined;
  const text = lines
    .slice(from)
    .map((line) =>
      line
        .trim()
        .replace(/^\/\*+|\*+\/$/g, '')
        .replace(/^\*+/, '')
        .replace(/\*+\/$/, '')
        .trim(),
    )
    .join('\n');
  return nonEmpty(text.trim());
}

function nonEmpty(text: string): string | undefined {
  return text === '' ? undefined : text;
}
