/** A regular expression as triggers look for it, whatever engine runs it. */

export interface FoundText {
  readonly index: number;
  readonly text: string;
}

export interface Pattern {
  /** The first match at or after `from`; undefined for none, and for an empty one. */
  find(line: string, from: number): FoundText | undefined;
  /** What a match is may change with what follows it, beyond its own end; so every beginning of a line is tried. */
  readonly looksAround: boolean;
  /**
   * Runs `work`, which calls `find`. `too-slow`: the pattern must not be used again. `interrupted`: the machine was held
   * up and the work was broken off somewhere; it may be done again.
   */
  within(work: () => void): 'done' | 'interrupted' | 'too-slow';
}

/** Makes a pattern of an expression that JavaScript accepts with the flag `u`. */
export type CompilePattern = (source: string) => Pattern;

/** For a search that is never broken off. */
export const unwatched: Pattern['within'] = (work) => {
  work();
  return 'done';
};

/** Runs on JavaScript's own engine, which may never return: only for expressions of our own. */
export function nativePattern(source: string): Pattern {
  const expression = new RegExp(source, 'gu');
  return {
    looksAround: /\(\?[^:]/.test(source),
    within: unwatched,
    find: (line, from) => {
      expression.lastIndex = from;
      const match = expression.exec(line);
      return match === null || match[0] === '' ? undefined : { index: match.index, text: match[0] };
    },
  };
}
