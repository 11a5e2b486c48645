// Announces to assistive technology that an answer started, finished or failed, and reads its paragraphs if enabled.
import { create } from '../shared/create.ts';

/** Older ones have been read. */
const MOST_PARAGRAPHS = 20;
/** A long paragraph is laid out in pieces, since one endless line with many directions takes the browser seconds. */
const PIECES = /[^]{1,1000}(?=\s|$)|[^]{1,1000}/gu;
/** Pieces for each frame. */
const AT_ONCE = 40;

export class Announcer {
  readonly element = create('div', { className: 'unseen', role: 'status', ariaLive: 'polite' });
  /** Read paragraph by paragraph; not a status, which is always read as a whole. */
  readonly reading = create('div', { className: 'unseen', ariaLive: 'polite' });

  /** Adds a part of an answer to what is read; unlike a sentence it takes nothing back that is still to be read. */
  read(paragraph: string): void {
    const read = create('p', {});
    addPieces(read, paragraph.match(PIECES)!);
    this.reading.append(read);
    while (this.reading.childElementCount > MOST_PARAGRAPHS) this.reading.firstElementChild!.remove();
  }

  say(sentence: string): void {
    // A repeated sentence is spoken again only in a new node.
    this.element.replaceChildren(create('p', {}, sentence));
  }
}

function addPieces(paragraph: HTMLElement, pieces: readonly string[]): void {
  paragraph.append(...pieces.slice(0, AT_ONCE).map((piece) => create('div', {}, piece)));
  if (pieces.length > AT_ONCE) requestAnimationFrame(() => addPieces(paragraph, pieces.slice(AT_ONCE)));
}
