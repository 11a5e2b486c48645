/** The changes of a replaced text. Each can be undone exactly, whether or not the others are. */

/** Lines of the new text and the old lines that they replace. */
export interface LineChange {
  readonly newStart: number;
  readonly newEnd: number;
  /** The first removed old line, or the old line after the change. */
  readonly oldStart: number;
  readonly removed: readonly string[];
}

/** The span `[start, end)` of the new text; replacing it with `removed` undoes the change. */
export interface TextSpanChange {
  /** The first new line, which identifies the change while the text grows. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly removed: string;
  readonly removedLines: number;
  readonly addedLines: number;
  /** The text of the span. Joined on demand, since a rewritten text is one change that grows with each edit. */
  readonly added: () => string;
}

/**
 * @param kept for each new line the old line that it keeps; undefined for an added one
 * @param reached the first old line after the new text
 * @param from the new line and the old line to start with
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
    // No array for each line of a long text, in each edit.
    newStart = line + 1;
    next = place + 1;
  }
  return changes;
}

/**
 * @param eol the line end that offsets count
 * @param isFollowed whether old lines follow the new text
 */
export function textChanges(
  changes: readonly LineChange[],
  lines: readonly string[],
  eol: string,
  isFollowed = false,
): readonly TextSpanChange[] {
  let [walked, offset] = [0, 0];
  /** The start of a line; requested in ascending order. */
  const startOf = (line: number): number => {
    for (; walked < line; walked++) offset += (lines[walked]?.length ?? 0) + eol.length;
    return offset;
  };
  return changes.map(({ newStart, newEnd, removed }) => {
    const begin = startOf(newStart);
    const end = startOf(newEnd) - eol.length;
    const added = (): string => lines.slice(newStart, newEnd).join(eol);
    const counts = { line: newStart, removedLines: removed.length, addedLines: newEnd - newStart };
    const text = removed.join(eol);
    if (newEnd > newStart && removed.length > 0) return { start: begin, end, removed: text, added, ...counts };
    // Lines that were only added or only removed include a line end: the one before them or, at the start, the one after them.
    const start = newStart > 0 ? begin - eol.length : 0;
    if (removed.length > 0) {
      const after = lines.length > 0 || isFollowed ? eol : '';
      return { start, end: start, removed: newStart > 0 ? eol + text : text + after, added, ...counts };
    }
    if (newStart > 0) return { start, end, removed: '', added: () => eol + added(), ...counts };
    const isLast = newEnd === lines.length && !isFollowed;
    return { start, end: isLast ? end : end + eol.length, removed: '', added: isLast ? added : () => added() + eol, ...counts };
  });
}
