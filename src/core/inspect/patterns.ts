/** A regular expression of a trigger, independent of the engine that runs it. */

export interface FoundText {
  readonly index: number;
  readonly text: string;
}

export interface Pattern {
  /** The first match at or after `from`; undefined if there is none or it is empty. */
  find(line: string, from: number): FoundText | undefined;
  /** Text after a match may change it, so every prefix of a line is tried. */
  readonly looksAround: boolean;
  /**
   * Runs `work`, which calls `find`. `too-slow`: the pattern must not be used again. `interrupted`: the machine was busy, so
   * the work did not finish; it may be repeated.
   */
  within(work: () => void): 'done' | 'interrupted' | 'too-slow';
}

/** Compiles an expression that JavaScript accepts with the flag `u`. */
export type CompilePattern = (source: string) => Pattern;

/** Runs the work without a limit. */
export const unwatched: Pattern['within'] = (work) => {
  work();
  return 'done';
};

/** Uses JavaScript's engine, which may backtrack forever: only for expressions known to be harmless. */
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
