// Tells assistive technology that an answer started, finished or failed; the growing text itself is never read out.
export class Announcer {
  readonly element = document.createElement('div');

  constructor() {
    this.element.className = 'unseen';
    this.element.setAttribute('role', 'status');
    this.element.setAttribute('aria-live', 'polite');
  }

  say(sentence: string): void {
    // A repeated sentence is only spoken again when the node is a new one.
    const line = document.createElement('p');
    line.textContent = sentence;
    this.element.replaceChildren(line);
  }
}
