// Turns a find query into a function that finds it in a line.

export interface FindQuery {
  readonly text: string;
  readonly matchCase: boolean;
  readonly wholeWord: boolean;
  readonly regex: boolean;
}

/** The ranges of the matches in a line. */
export type Matcher = (line: string) => Iterable<readonly [from: number, to: number]>;

const WORD_BEFORE = /[\p{L}\p{M}\p{N}_]$/u;
const WORD_AFTER = /^[\p{L}\p{M}\p{N}_]/u;

/** Undefined for an invalid regular expression. */
export async function matcherOf(query: FindQuery): Promise<Matcher | undefined> {
  const find = query.regex ? await expression(query) : words(query);
  if (find === undefined || !query.wholeWord) return find;
  return function* wholeWords(line) {
    for (const [from, to] of find(line)) if (isWordEdge(line, from) && isWordEdge(line, to)) yield [from, to];
  };
}

function words({ text, matchCase }: FindQuery): Matcher {
  const pattern = new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`), matchCase ? 'gu' : 'giu');
  return function* matches(line) {
    for (const { index, 0: found } of line.matchAll(pattern)) yield [index, index + found.length];
  };
}

/** Linear-time matching, so that no expression can freeze the page. Loaded with the first expression. */
async function expression({ text, matchCase }: FindQuery): Promise<Matcher | undefined> {
  const { RE2JS } = await import('re2js');
  try {
    const pattern = RE2JS.compile(text, matchCase ? 0 : RE2JS.CASE_INSENSITIVE);
    return function* matches(line) {
      const matcher = pattern.matcher(line);
      while (matcher.find()) if (matcher.end() > matcher.start()) yield [matcher.start(), matcher.end()];
    };
  } catch {
    return undefined;
  }
}

/** Whether this offset is not inside a word. */
function isWordEdge(line: string, at: number): boolean {
  // A character has at most two UTF-16 units.
  return !(WORD_BEFORE.test(line.slice(Math.max(0, at - 2), at)) && WORD_AFTER.test(line.slice(at, at + 2)));
}
