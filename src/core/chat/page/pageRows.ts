/** The rows of the page, and how they differ from what the conversation shows now. */
import type { StreamEvent } from '../../../api.ts';
import type { Conversation, QueueWait } from '../conversation.ts';
import { asksForSummary, summaryOf } from '../cut.ts';
import { type Answer, type Cut, type Entry, type Queued, written } from '../entries.ts';
import { pageAttachments } from './pageAttachments.ts';
import type { ModelLabel, Note, PageMessage, Status } from './protocol.ts';

/** The rows from top to bottom: the thread, then the queued questions. */
export type Row = Entry | Queued;

/** What a running answer waits for: its next attempt, or its model to load. */
export type Waiting = Extract<StreamEvent, { type: 'wait' | 'loading' }>;

/** The texts around messages, in the language of the window. */
export interface RowText {
  author(row: Row): string;
  status(answer: Answer, wait?: Waiting): Status;
  queued(waitsFor: QueueWait): Status;
  model(): ModelLabel;
  /** The note of a question or summary at which prompts are cut. */
  cut(row: Entry, cut: Cut): Note;
}

/** The rows to remove, by id, and the rows to append. */
export interface RowsDiff {
  readonly removed: readonly string[];
  readonly added: readonly Row[];
}

export class PageRows {
  readonly #conversation: Conversation;
  readonly #text: RowText;
  /** The rows on the page, in order; see `#key`. */
  #shown: string[] = [];

  constructor(conversation: Conversation, text: RowText) {
    this.#conversation = conversation;
    this.#text = text;
  }

  /** All rows, for an empty page. */
  all(): readonly Row[] {
    this.#shown = [];
    return this.#rows;
  }

  /** From the first row that differs, all rows are removed and added again. A row is on the page once it is a `message`. */
  turn(): RowsDiff {
    const rows = this.#rows;
    const other = rows.findIndex((row, index) => this.#key(row) !== this.#shown[index]);
    const from = other === -1 ? rows.length : other;
    const removed = this.#shown.splice(from).map((key) => key.split(' ')[0] as string);
    return { removed, added: rows.slice(from) };
  }

  shows(answer: Answer): boolean {
    return this.#shown.includes(this.#key(answer));
  }

  message(row: Row): PageMessage {
    this.#shown.push(this.#key(row));
    const author = this.#text.author(row);
    if (row.role === 'assistant') {
      const { reasoning, seams, text: own } = written(row);
      const text = this.#cutBy(row)?.text ?? own;
      const rest = this.#compared(row) ? { compared: true } : { versions: this.#conversation.versions(row.id) };
      return {
        id: row.id,
        role: 'assistant',
        author,
        text,
        reasoning,
        seams,
        status: this.status(row),
        ...(this.#cutBy(row) === undefined ? {} : { summary: true }),
        ...(row.askedAt === undefined ? {} : { askedAt: row.askedAt }),
        ...rest,
      };
    }
    const attachments = pageAttachments(row, this.#text.model().id);
    const said = { id: row.id, author, text: row.text, reasoning: '', seams: [], attachments };
    if (row.role === 'queued') return { ...said, role: 'user', status: this.#text.queued(this.#conversation.queueWaitsFor), queued: true };
    const note = row.cut === undefined ? {} : { note: this.#text.cut(row, row.cut) };
    return {
      ...said,
      role: 'user',
      status: { state: 'done', ...note },
      versions: this.#conversation.versions(row.id),
      askedAt: row.askedAt,
    };
  }

  /** A complete summary carries the note about its cut. */
  status(answer: Answer, wait?: Waiting): Status {
    const status = this.#text.status(answer, wait);
    const cut = this.#cutBy(answer);
    return cut === undefined || summaryOf(cut, answer) === undefined ? status : { ...status, note: this.#text.cut(answer, cut) };
  }

  /** The cut that a summary belongs to. */
  #cutBy(answer: Answer): Cut | undefined {
    const question = this.#conversation.find(answer.parent);
    return question?.role === 'user' && asksForSummary(question) ? question.cut : undefined;
  }

  get #rows(): readonly Row[] {
    // The question that requests a summary is Rivulet's, so it is not shown.
    const thread = this.#conversation.thread.filter((entry) => entry.role === 'assistant' || !asksForSummary(entry));
    return [...thread, ...this.#conversation.queue];
  }

  /** Identifies a row and how it is drawn; a row whose key changes is drawn again. */
  #key(row: Row): string {
    if (row.role === 'queued') return `${row.id} ${this.#conversation.queueWaitsFor} ${row.text}`;
    if (this.#compared(row)) return `${row.id} compared`;
    const cut = row.role === 'user' ? row.cut : row.role === 'assistant' ? this.#cutBy(row) : undefined;
    return cut?.undone === true || cut?.text !== undefined ? `${row.id} ${cut.undone === true} ${cut.text ?? ''}` : row.id;
  }

  #compared(row: Row): boolean {
    return row.role === 'assistant' && this.#conversation.isCompared(row);
  }
}
