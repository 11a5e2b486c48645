// An answer that a test sends piece by piece, and waits until the page has drawn all of it.
import { type Step, done, finish, text } from '../support/fakeServer.ts';
import { cut } from '../unit/webview/answers.ts';

export interface Pouring {
  /** What the server is to play. */
  readonly script: AsyncIterable<Step>;
  /** Everything poured so far. */
  readonly text: string;
  /** Sends these words at once, in pieces of at most 40 characters, cut anywhere. */
  pour(words: string): void;
  /** Ends the answer in good order. */
  end(): void;
}

export function pouring(): Pouring {
  const waiting: Step[] = [];
  let poured = '';
  let more = Promise.withResolvers<void>();
  let over = false;
  const tell = (): void => {
    more.resolve();
    more = Promise.withResolvers();
  };
  async function* script(): AsyncGenerator<Step> {
    for (;;) {
      const changed = more.promise;
      yield* waiting.splice(0);
      if (over) return;
      await changed;
    }
  }
  return {
    script: script(),
    get text() {
      return poured;
    },
    pour(words) {
      waiting.push(...cut(words, 40, 1 + poured.length).map(text));
      poured += words;
      tell();
    },
    end() {
      waiting.push(finish(), done());
      over = true;
      tell();
    },
  };
}
