// Announces to assistive technology that an answer started, finished or failed, and reads its paragraphs if enabled.
import { create } from '../shared/create.ts';

/** Older ones have been read. */
const MOST_PARAGRAPHS = 20;

export class Announcer {
  readonly element = create('div', { className: 'unseen', role: 'status', ariaLive: 'polite' });
  /** Read paragraph by paragraph; not a status, which is always read as a whole. */
  readonly reading = create('div', { className: 'unseen', ariaLive: 'polite' });

  /** Adds a part of an answer to what is read; unlike a sentence it takes nothing back that is still to be read. */
  read(paragraph: string): void {
    this.reading.append(create('p', {}, paragraph));
    while (this.reading.childElementCount > MOST_PARAGRAPHS) this.reading.firstElementChild!.remove();
  }

  say(sentence: string): void {
    // A repeated sentence is spoken again only in a new node.
    this.element.replaceChildren(create('p', {}, sentence));
  }
}
