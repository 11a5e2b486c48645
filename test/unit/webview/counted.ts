// Runs inside Chromium: counts the work that drawing a text takes, so that tests need no clock.
//
// Work is counted in characters that regular expressions and searches look at, and in elements. The clock by which work is
// sliced ticks once whenever it is read, so each slice holds the same few steps on every machine.

export interface Work {
  readonly characters: number;
  readonly elements: number;
  /** The most of one slice. */
  readonly longest: { readonly characters: number; readonly elements: number };
  readonly slices: number;
}

export async function counted(draw: () => Promise<unknown>): Promise<Work> {
  let characters = 0;
  let elements = 0;
  let slices = 0;
  const longest = { characters: 0, elements: 0 };
  const before = { characters: 0, elements: 0 };
  const turn = (): void => {
    slices++;
    longest.characters = Math.max(longest.characters, characters - before.characters);
    longest.elements = Math.max(longest.elements, elements - before.elements);
    Object.assign(before, { characters, elements });
  };
  let now = 0;
  const { setTimeout: realTimeout } = window;
  const undo = [
    replaced(RegExp.prototype, 'exec', function exec(this: RegExp, original, text: string) {
      const from = this.global || this.sticky ? this.lastIndex : 0;
      const match = original.call(this, text) as RegExpExecArray | null;
      const anchored = this.sticky || this.source.startsWith('^');
      characters += 1 + (match ? match.index + match[0].length - from : anchored ? 0 : text.length - from);
      return match;
    }),
    ...(['indexOf', 'includes'] as const).map((name) =>
      replaced(String.prototype, name, function search(this: string, original, wanted: string, from = 0) {
        const at = original.call(this, wanted, from) as number | boolean;
        characters += 1 + (typeof at === 'number' && at >= 0 ? at - from : at === true ? 0 : Math.max(0, this.length - from));
        return at;
      }),
    ),
    replaced(Document.prototype, 'createElement', function create(this: Document, original, ...given: unknown[]) {
      elements++;
      return original.apply(this, given);
    }),
    replaced(performance, 'now', () => ++now),
    replaced(window, 'setTimeout', (_original, work: () => void, ms?: number) =>
      realTimeout(() => {
        turn();
        work();
        turn();
      }, ms),
    ),
  ];
  try {
    await draw();
    turn();
  } finally {
    for (const each of undo) each();
  }
  return { characters, elements, longest, slices };
}

type Method = (...given: never[]) => unknown;

/** Puts a method in place of another, which it gets first; the answer undoes it. */
function replaced<T extends object>(
  owner: T,
  name: keyof T & string,
  method: (this: any, original: (this: any, ...given: any[]) => any, ...given: any[]) => unknown,
): () => void {
  const original = owner[name] as Method;
  Object.defineProperty(owner, name, {
    configurable: true,
    writable: true,
    value(this: unknown, ...given: unknown[]) {
      return method.call(this, original as never, ...given);
    },
  });
  return () => Object.defineProperty(owner, name, { configurable: true, writable: true, value: original });
}
