/**
 * Regular expressions of users, which must not hold up the extension host. An engine of linear time runs them; what it
 * does not know, such as look-around, is run by JavaScript's own under a budget of time.
 */
import { createContext, Script } from 'node:vm';
import { type CompilePattern, nativePattern, type Pattern, unwatched } from '../core/inspect/patterns.ts';

type Engine = (typeof import('re2js'))['RE2JS'];

/** In how many ways an expression may try to match at one place, for the engine of JavaScript to run it unwatched. */
const maxWays = 200;
/** The longest time for one piece of text; JavaScript's engine can be interrupted during a search. */
const pieceMs = 100;
/** The longest time for all pieces of an answer together. */
const answerMs = 1_000;

export class PatternCompiler {
  readonly #cpuMs: () => number;
  #engine: Engine | undefined;
  #loading: Promise<void> | undefined;

  /** @param cpuMs time of work, not of waiting: a machine that is busy otherwise switches no rule off */
  constructor(cpuMs: () => number = threadCpuMs) {
    this.#cpuMs = cpuMs;
  }

  /** Resolves when the linear engine is there. Before that, and where it cannot be loaded, the budget alone protects. */
  load(): Promise<void> {
    this.#loading ??= import('re2js').then(
      ({ RE2JS }) => {
        this.#engine = RE2JS;
      },
      () => undefined,
    );
    return this.#loading;
  }

  readonly compile: CompilePattern = (source) => {
    // Ten times as fast as the linear engine, which is a third of what an event costs.
    if (waysToMatch(source) <= maxWays) return nativePattern(source);
    void this.load();
    if (this.#engine !== undefined) return linear(this.#engine, source) ?? this.#budgeted(source);
    let pattern = this.#budgeted(source);
    let isFinal = false;
    return {
      get looksAround() {
        return pattern.looksAround;
      },
      find: (line, from) => pattern.find(line, from),
      within: (work) => {
        // The budget costs a thread for each piece of text: the linear engine takes over as soon as it is there.
        if (!isFinal && this.#engine !== undefined) {
          pattern = linear(this.#engine, source) ?? pattern;
          isFinal = true;
        }
        return pattern.within(work);
      },
    };
  };

  #budgeted(source: string): Pattern {
    const pattern = nativePattern(source);
    const context: { work?: () => void } = createContext({});
    const script = new Script('work()');
    let usedMs = 0;
    return {
      ...pattern,
      within: (work) => {
        // The search alone is measured: to enter the other context takes longer than most searches.
        let fromMs = this.#cpuMs();
        context.work = () => {
          fromMs = this.#cpuMs();
          work();
          usedMs += this.#cpuMs() - fromMs;
        };
        try {
          script.runInContext(context, { timeout: pieceMs });
        } catch (error) {
          if ((error as { code?: unknown }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
          return this.#cpuMs() - fromMs < pieceMs / 2 ? 'interrupted' : 'too-slow';
        }
        return usedMs < answerMs ? 'done' : 'too-slow';
      },
    };
  }
}

/** An upper bound, infinite for what may repeat without end or is not a plain sequence of characters. */
function waysToMatch(source: string): number {
  const plain = source.replace(/\\[^\dk]|\[(?:\\.|[^\]\\])*\]/g, 'x');
  if (/[*+\\]|\(\?(?!:)|\{\d+,\}|\)[?{]/.test(plain)) return Infinity;
  const choices = plain.matchAll(/\{(\d+)(?:,(\d+))?\}|\||(?<!\()\?/g);
  return [...choices].reduce((ways, [, least, most = least]) => ways * (least === undefined ? 2 : Number(most) - Number(least) + 1), 1);
}

function threadCpuMs(): number {
  const { user, system } = 'threadCpuUsage' in process ? process.threadCpuUsage() : (process as NodeJS.Process).cpuUsage();
  return (user + system) / 1000;
}

/** Undefined for what that engine does not know, or would read in another way than JavaScript. */
function linear(engine: Engine, source: string): Pattern | undefined {
  // Named references, and halves of a character.
  if (/\\k<|\\u[dD][89a-fA-F]/.test(source)) return undefined;
  try {
    const expression = engine.compile(engine.translateRegExp(withWideSpaces(source)));
    return {
      looksAround: false,
      within: unwatched,
      find: (line, from) => {
        const matcher = expression.matcher(line);
        if (!matcher.find(from)) return undefined;
        const text = matcher.group() ?? '';
        return text === '' ? undefined : { index: matcher.start(), text };
      },
    };
  } catch {
    return undefined;
  }
}

/** JavaScript's `\s` knows the spaces of Unicode, the other engine's only those of ASCII. */
function withWideSpaces(source: string): string {
  const spaces = String.raw`\s\x0b\x{feff}\p{Z}`;
  let inClass = false;
  return source.replace(/\\[sS]|\\.|[[\]]/gs, (token) => {
    if (token === '[') inClass = true;
    else if (token === ']') inClass = false;
    if (token === '\\s') return inClass ? spaces : `[${spaces}]`;
    if (token !== '\\S') return token;
    // Thrown for a class that cannot be written in that engine; JavaScript's own runs it then.
    if (inClass) throw new SyntaxError('A class with \\S');
    return `[^${spaces}]`;
  });
}
