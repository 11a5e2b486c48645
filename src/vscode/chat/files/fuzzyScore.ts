/** Scores how well a query matches a text, as VS Code's Quick Open does (`fuzzyScorer.ts`), so that files come in its order. */

export interface FuzzyMatch {
  readonly score: number;
  /** Offsets of the matched letters. */
  readonly places: readonly number[];
}

/** Characters between the letters may be missing; case counts little. Undefined if the letters do not occur in this order. */
export function fuzzyMatch(text: string, query: string): FuzzyMatch | undefined {
  const lowerText = text.toLowerCase();
  const lowerQuery = query.toLowerCase();
  if (lowerText.length !== text.length || lowerQuery.length !== query.length || !isSubsequence(lowerText, lowerQuery)) return undefined;
  const width = text.length;
  const height = query.length;
  /** Best score for the first letters (rows) within the first characters (columns). */
  const scores = new Int32Array(width * height);
  /** Length of the consecutive match that ends here; 0 if this character is not matched. */
  const runs = new Int32Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const here = row * width + column;
      const left = column > 0 ? scores[here - 1]! : 0;
      const before = row > 0 && column > 0 ? scores[here - width - 1]! : 0;
      const run = row > 0 && column > 0 ? runs[here - width - 1]! : 0;
      const fits = (row === 0 || before > 0) && lowerQuery[row] === lowerText[column];
      const score = fits ? before + letterScore(text, column, run, query[row] === text[column]) : 0;
      const isTaken = fits && score >= left;
      scores[here] = isTaken ? score : left;
      runs[here] = isTaken ? run + 1 : 0;
    }
  }
  const score = scores[width * height - 1]!;
  return score === 0 ? undefined : { score, places: placesOf(runs, width, height) };
}

/** Starts of words score more, and consecutive letters most. */
function letterScore(text: string, column: number, run: number, sameCase: boolean): number {
  const inARow = run > 0 ? Math.min(run, 3) * 6 + Math.max(0, run - 3) * 3 : 0;
  return 1 + inARow + (sameCase ? 1 : 0) + beginningScore(text, column, run);
}

function beginningScore(text: string, column: number, run: number): number {
  if (column === 0) return 8;
  const before = text[column - 1]!;
  if (before === '/' || before === '\\') return 5;
  if ('_-. \'":'.includes(before)) return 4;
  return run === 0 && /[A-Z]/.test(text[column]!) ? 2 : 0;
}

function placesOf(runs: Int32Array, width: number, height: number): readonly number[] {
  const places: number[] = [];
  for (let row = height - 1, column = width - 1; row >= 0 && column >= 0; column--) {
    if (runs[row * width + column] === 0) continue;
    places.push(column);
    row--;
  }
  return places.reverse();
}

/** Rejects most texts, a hundred times faster than scoring. */
function isSubsequence(text: string, query: string): boolean {
  let at = 0;
  for (const letter of query) {
    at = text.indexOf(letter, at);
    if (at === -1) return false;
    at += letter.length;
  }
  return true;
}
