// Announces to assistive technology that an answer started, finished or failed, and reads its paragraphs if enabled.

/** Older ones have been read. */
const MOST_PARAGRAPHS = 20;

export class Announcer {
  readonly element = document.createElement('div');
  /** Read paragraph by paragraph; not a status, which is always read as a whole. */
  readonly reading = document.createElement('div');

  constructor() {
    this.element.className = 'unseen';
    this.element.setAttribute('role', 'status');
    this.element.setAttribute('aria-live', 'polite');
    this.reading.className = 'unseen';
    this.reading.setAttribute('aria-live', 'polite');
  }

  /** Adds a part of an answer to what is read; unlike a sentence it takes nothing back that is still to be read. */
  read(paragraph: string): void {
    const line = document.createElement('p');
    line.textContent = paragraph;
    this.reading.append(line);
    while (this.reading.childElementCount > MOST_PARAGRAPHS) this.reading.firstElementChild!.remove();
  }

  say(sentence: string): void {
    // A repeated sentence is spoken again only in a new node.
    const line = document.createElement('p');
    line.textContent = sentence;
    this.element.replaceChildren(line);
  }
}
