/** The changes of a replaced text that can be undone one by one: each is exact, whatever becomes of the others. */

/** Lines of the new text, and the old lines that they took the place of. */
export interface LineChange {
  readonly newStart: number;
  readonly newEnd: number;
  /** The first old line that it removes, or would follow it. */
  readonly oldStart: number;
  readonly removed: readonly string[];
}

/** `[start, end)` of the new text; `removed` in its place undoes the change. */
export interface TextSpanChange {
  /** The first new line: what the change is known by while the text grows. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly removed: string;
  readonly removedLines: number;
  readonly addedLines: number;
  /** What the span holds. */
  readonly added: string;
}

/**
 * @param kept for each new line the old line that it is, or undefined for one that was added
 * @param reached the first old line that stands after the new text
 * @param from the new line and the old line to begin with
 */
export function lineChanges(
  kept: readonly (number | undefined)[],
  old: readonly string[],
  reached: number,
  from = { line: 0, next: 0 },
): readonly LineChange[] {
  const changes: LineChange[] = [];
  let [newStart, next] = [from.line, from.next];
  for (let line = from.line; line <= kept.length; line++) {
    const place = line === kept.length ? reached : kept[line];
    if (place === undefined) continue;
    if (line > newStart || place > next) changes.push({ newStart, newEnd: line, oldStart: next, removed: old.slice(next, place) });
    [newStart, next] = [line + 1, place + 1];
  }
  return changes;
}

/**
 * @param eol the line end of the text that the offsets count in
 * @param isFollowed old lines stand after the new text, on lines of their own
 */
export function textChanges(
  changes: readonly LineChange[],
  lines: readonly string[],
  eol: string,
  isFollowed = false,
): readonly TextSpanChange[] {
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += line.length + eol.length;
  }
  const endOf = (line: number): number => (starts[line] ?? 0) + (lines[line] ?? '').length;
  return changes.map(({ newStart, newEnd, removed }) => {
    const added = lines.slice(newStart, newEnd).join(eol);
    const counts = { line: newStart, removedLines: removed.length, addedLines: newEnd - newStart, added };
    const text = removed.join(eol);
    if (newEnd > newStart && removed.length > 0) return { start: starts[newStart] ?? 0, end: endOf(newEnd - 1), removed: text, ...counts };
    // Lines that only came, or only went, take a line end along: the one before them, or the one after the first.
    const start = newStart > 0 ? endOf(newStart - 1) : 0;
    if (removed.length > 0) {
      const after = lines.length > 0 || isFollowed ? eol : '';
      return { start, end: start, removed: newStart > 0 ? eol + text : text + after, ...counts };
    }
    const isAll = newStart === 0 && newEnd === lines.length && isFollowed;
    const end = isAll
      ? endOf(newEnd - 1) + eol.length
      : newStart > 0 || newEnd === lines.length
        ? endOf(newEnd - 1)
        : (starts[newEnd] ?? 0);
    const own = newStart > 0 ? eol + added : added;
    return { start, end, removed: '', ...counts, added: end - start > own.length ? own + eol : own };
  });
}
