// Keeps the end of the transcript in view until the reader looks elsewhere, and then leaves the view alone.

/** Nearer to the end than this counts as at the end; zoom levels make offsets fractional. */
const END_PX = 2;
const KEYS_UP = new Set(['ArrowUp', 'PageUp', 'Home']);

export class Follower {
  #following = true;
  #top = 0;
  #dragging = false;
  readonly #scroller: HTMLElement;
  readonly #changed: (following: boolean) => void;

  /** `changed` hears when the reader leaves the end or comes back to it. */
  constructor(scroller: HTMLElement, changed: (following: boolean) => void) {
    this.#scroller = scroller;
    this.#changed = changed;
    const passive = { passive: true };
    scroller.addEventListener('wheel', (event) => event.deltaY < 0 && this.#leave(), passive);
    scroller.addEventListener('touchstart', () => this.#hold(true), passive);
    scroller.addEventListener('touchend', () => this.#hold(false), passive);
    scroller.addEventListener('touchcancel', () => this.#hold(false), passive);
    // A press on the scroller itself, not on its content, is a press on the scroll bar.
    scroller.addEventListener('pointerdown', (event) => event.target === scroller && this.#hold(true), passive);
    window.addEventListener('pointerup', () => this.#hold(false), passive);
    scroller.addEventListener('keydown', (event) => KEYS_UP.has(event.key) && this.#leave());
    scroller.addEventListener('scroll', () => this.#scrolled(), passive);
    document.addEventListener('selectionchange', () => this.#selected());
  }

  get following(): boolean {
    return this.#following;
  }

  /** Called once per frame, after the content has grown. */
  pin(): void {
    if (!this.#following || this.#dragging) return;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#top = this.#scroller.scrollTop;
  }

  jump(): void {
    this.#set(true);
    this.pin();
  }

  #leave(): void {
    if (this.#scroller.scrollHeight > this.#scroller.clientHeight) this.#set(false);
  }

  #hold(dragging: boolean): void {
    if (this.#dragging === dragging) return;
    this.#dragging = dragging;
    this.#set(this.#atEnd());
  }

  #scrolled(): void {
    const top = this.#scroller.scrollTop;
    const up = top < this.#top;
    this.#top = top;
    if (this.#atEnd() && !this.#selecting()) this.#set(true);
    else if (up) this.#set(false);
  }

  #selected(): void {
    if (this.#selecting()) this.#leave();
  }

  #selecting(): boolean {
    const selection = document.getSelection();
    return selection !== null && !selection.isCollapsed && this.#scroller.contains(selection.anchorNode);
  }

  #atEnd(): boolean {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    return scrollHeight - clientHeight - scrollTop <= END_PX;
  }

  #set(following: boolean): void {
    if (this.#following === following) return;
    this.#following = following;
    this.#changed(following);
  }
}
