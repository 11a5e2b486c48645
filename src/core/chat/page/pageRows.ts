/** Which rows the page holds, and how they differ from what the conversation shows now. */
import type { StreamEvent } from '../../../api.ts';
import type { Conversation } from '../conversation.ts';
import { type Answer, type Entry, type Queued, written } from '../entries.ts';
import { pageAttachments } from './pageAttachments.ts';
import type { ModelLabel, PageMessage, Status } from './protocol.ts';

/** What the page shows from top to bottom: the thread, then the queued questions. */
export type Row = Entry | Queued;

/** How the words around an answer are found; they are in the language of the window. */
export interface RowText {
  author(row: Row): string;
  /** @param wait the answer's next attempt, while it waits for one */
  status(answer: Answer, wait?: Extract<StreamEvent, { type: 'wait' }>): Status;
  /** @param forChoice whether it waits until an answer of a comparison is picked */
  queued(question: Queued, forChoice: boolean): Status;
  model(): ModelLabel;
}

/** The rows to take away, by id, and the rows to add after them at the end of the page. */
export interface RowsDiff {
  readonly removed: readonly string[];
  readonly added: readonly Row[];
}

export class PageRows {
  readonly #conversation: Conversation;
  readonly #text: RowText;
  /** What the page holds, in order; see `#key`. */
  #shown: readonly string[] = [];

  constructor(conversation: Conversation, text: RowText) {
    this.#conversation = conversation;
    this.#text = text;
  }

  /** All rows, for a page that holds nothing. */
  all(): readonly Row[] {
    const rows = this.#rows;
    this.#shown = rows.map((row) => this.#key(row));
    return rows;
  }

  /** From the first row that differs, everything is taken away and added anew. */
  turn(): RowsDiff {
    const rows = this.#rows;
    const keys = rows.map((row) => this.#key(row));
    const same = keys.findIndex((key, index) => key !== this.#shown[index]);
    const from = same === -1 ? keys.length : same;
    const removed = this.#shown.slice(from).map((key) => key.split(' ')[0] as string);
    this.#shown = keys;
    return { removed, added: rows.slice(from) };
  }

  shows(answer: Answer): boolean {
    return this.#shown.includes(this.#key(answer));
  }

  message(row: Row): PageMessage {
    const author = this.#text.author(row);
    if (row.role === 'assistant') {
      const { text, reasoning, seams } = written(row);
      const rest = this.#compared(row) ? { compared: true } : { versions: this.#conversation.versions(row.id) };
      return { id: row.id, role: 'assistant', author, text, reasoning, seams, status: this.#text.status(row), ...rest };
    }
    const attachments = pageAttachments(row, this.#text.model().id);
    const said = { id: row.id, author, text: row.text, reasoning: '', seams: [], attachments };
    if (row.role === 'queued')
      return { ...said, role: 'user', status: this.#text.queued(row, this.#conversation.isComparing), queued: true };
    return { ...said, role: 'user', status: { state: 'done' }, versions: this.#conversation.versions(row.id) };
  }

  get #rows(): readonly Row[] {
    return [...this.#conversation.thread, ...this.#conversation.queue];
  }

  /** A picked answer is shown anew: it no longer stands beside others. So is a question that waited for the choice. */
  #key(row: Row): string {
    return this.#compared(row) || (row.role === 'queued' && this.#conversation.isComparing) ? `${row.id} compared` : row.id;
  }

  #compared(row: Row): boolean {
    return row.role === 'assistant' && this.#conversation.isCompared(row);
  }
}
