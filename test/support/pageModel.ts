// A model of a page: it keeps the rows that it receives and records every message that does not fit.
import type { PageChange, PageMessage, MessagePart, Seam, ToPage } from '../../src/core/chat/page/protocol.ts';

export interface PageRow {
  text: string;
  reasoning: string;
  seams: readonly Seam[];
  state: string;
}

export class PageModel {
  /** In the order in which they are shown. */
  readonly rows = new Map<string, PageRow>();
  readonly problems: string[] = [];
  conversation = '';

  /** @returns the drawn frame */
  take(message: ToPage): number | undefined {
    if (message.type === 'conversation') this.conversation = message.id;
    if (message.type === 'reset') {
      this.conversation = message.conversation;
      this.rows.clear();
    }
    if (message.type === 'reset' || message.type === 'rows') for (const row of message.messages) this.#add(row);
    if (message.type !== 'frame') return undefined;
    for (const change of message.changes) this.#apply(change);
    return message.frame;
  }

  #apply(change: PageChange): void {
    if (change.type === 'add') return this.#add(change.message);
    const row = this.rows.get(change.message);
    if (row === undefined) return void this.problems.push(`${change.type} of a row that is not there`);
    switch (change.type) {
      case 'append':
        return this.#append(row, change.part, change.at, change.text);
      case 'seam':
        row.seams = [...row.seams, change.seam];
        return;
      case 'status':
        row.state = change.status.state;
        return;
      case 'remove':
        this.rows.delete(change.message);
        return;
      default:
        change satisfies never;
    }
  }

  #add({ id, text, reasoning, seams, status }: PageMessage): void {
    if (this.rows.has(id)) this.problems.push('a row is added twice');
    this.rows.set(id, { text, reasoning, seams, state: status.state });
  }

  #append(row: PageRow, part: MessagePart, at: number, text: string): void {
    if (row[part].length !== at) this.problems.push(`${part} at ${at}, has ${row[part].length}`);
    else row[part] += text;
  }
}
