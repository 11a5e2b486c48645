/**
 * Users' regular expressions, which must not block the extension host. A linear-time engine runs them. Expressions that it
 * does not support, such as look-around, run in JavaScript's engine with a time budget.
 */
import { createContext, Script } from 'node:vm';
import { type CompilePattern, nativePattern, type Pattern, unwatched } from '../core/inspect/patterns.ts';

type Engine = (typeof import('re2js'))['RE2JS'];

/** An expression with at most this many ways to match at one place runs in JavaScript's engine without a budget. */
const maxWays = 200;
/** Time limit for one piece of text; a search in JavaScript's engine can be interrupted. */
const pieceMs = 100;
/** Time limit for all pieces of an answer. */
const answerMs = 1_000;

export class PatternCompiler {
  readonly #cpuMs: () => number;
  #engine: Engine | undefined;
  #loading: Promise<void> | undefined;

  /** @param cpuMs processor time, so that a busy machine disables no trigger */
  constructor(cpuMs: () => number = threadCpuMs) {
    this.#cpuMs = cpuMs;
  }

  /** Loads the linear engine. Until then, or if it cannot be loaded, only the budget protects. */
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
    // Ten times as fast as the linear engine, whose search costs a third of the time of an event.
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
        // The budget starts a thread for each piece of text, so the linear engine takes over as soon as it is loaded.
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
        // Only the search is measured: entering the other context takes longer than most searches.
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

/** An upper bound; infinite for unbounded repetition and anything but plain sequences of characters. */
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

/** Undefined for expressions that the engine does not support or would read differently from JavaScript. */
function linear(engine: Engine, source: string): Pattern | undefined {
  // Named references and lone surrogates.
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

/** `\s` matches Unicode spaces in JavaScript, but only ASCII ones in the other engine. */
function withWideSpaces(source: string): string {
  const spaces = String.raw`\s\x0b\x{feff}\p{Z}`;
  let inClass = false;
  return source.replace(/\\[sS]|\\.|[[\]]/gs, (token) => {
    if (token === '[') inClass = true;
    else if (token === ']') inClass = false;
    if (token === '\\s') return inClass ? spaces : `[${spaces}]`;
    if (token !== '\\S') return token;
    // The engine cannot express this class; JavaScript's engine runs the expression instead.
    if (inClass) throw new SyntaxError('A class with \\S');
    return `[^${spaces}]`;
  });
}
