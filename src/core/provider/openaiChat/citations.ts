/** What an answer refers to, in the fields that servers with a web search add to chat completions. */
import { isRecord, type JsonFields, recordIn, wordIn } from '../reading/json.ts';
import { citationDelta } from '../reading/deltas.ts';
import type { DeltaSink } from '../provider.ts';

const fields = ['annotations', 'citations', 'search_results', 'references', 'sources'] as const;

export class ChatCitations {
  readonly #sink: DeltaSink;
  /** Servers repeat the whole list with every chunk. */
  readonly #given = new Set<string>();

  constructor(sink: DeltaSink) {
    this.#sink = sink;
  }

  /** @param holder a chunk, or the message in it */
  take(holder: JsonFields): void {
    for (const name of fields) {
      const list = holder[name];
      for (const one of Array.isArray(list) ? list : []) this.#cite(one);
    }
  }

  #cite(one: unknown): void {
    const source = isRecord(one) ? { ...one, ...recordIn(one, 'url_citation') } : { url: one };
    const url = wordIn(source, 'url') || wordIn(source, 'link');
    const title = wordIn(source, 'title') || wordIn(source, 'name');
    const known = `${url} ${title}`;
    if (!/^[a-z][\w+.-]*:/i.test(url) || this.#given.has(known)) return;
    this.#given.add(known);
    this.#sink(citationDelta(url, title));
  }
}
