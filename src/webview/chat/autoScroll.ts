// Keeps the end of the transcript in view until the reader scrolls away from it.

/** Distance, in px, that counts as the end; zoom levels make offsets fractional. */
const END_PX = 2;
const KEYS_UP = new Set(['ArrowUp', 'PageUp', 'Home']);
const scrollsUp = ({ key, shiftKey }: KeyboardEvent): boolean => KEYS_UP.has(key) || (key === ' ' && shiftKey);

export class AutoScroll {
  #following = true;
  /** Scroll position and sizes when last checked. */
  #top = 0;
  #height = 0;
  #client = 0;
  /** A mouse button or a finger is down on the scroller or its scroll bar. */
  #held = false;
  readonly #scroller: HTMLElement;
  readonly #changed: (following: boolean) => void;

  /** @param content grows inside `scroller`  @param changed called when the reader leaves or returns to the end */
  constructor(scroller: HTMLElement, content: HTMLElement, changed: (following: boolean) => void) {
    this.#scroller = scroller;
    this.#changed = changed;
    // The observer runs between layout and paint, for any cause of growth: text, formulas, sections that come near.
    const sizes = new ResizeObserver(() => this.keep());
    sizes.observe(content);
    sizes.observe(scroller);
    // Wheel and keys show the intent before the view moves. Other ways are detected by the movement.
    scroller.addEventListener('wheel', (event) => event.deltaY < 0 && this.leave(), { passive: true });
    scroller.addEventListener('keydown', (event) => scrollsUp(event) && this.leave());
    scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    for (const type of ['mousedown', 'touchstart']) scroller.addEventListener(type, () => (this.#held = true), { passive: true });
    for (const type of ['mouseup', 'touchend', 'touchcancel']) window.addEventListener(type, () => (this.#held = false));
    // A scroll bar sends no mouseup.
    window.addEventListener('mousemove', ({ buttons }) => (this.#held &&= buttons > 0));
    document.addEventListener('selectionchange', () => this.#selecting() && this.leave());
  }

  jump(): void {
    this.#set(true);
    this.keep();
  }

  /**
   * Scrolls to the end if it is followed. Called right after a change, not only by the observer: scrolling within the frame
   * would cause another frame.
   */
  keep(): void {
    if (!this.#following) return;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#look();
  }

  /** Stops following the end. */
  leave(): void {
    if (this.#scroller.scrollHeight > this.#scroller.clientHeight) this.#set(false);
  }

  #scrolled(): void {
    const [top, height, client] = [this.#top, this.#height, this.#client];
    this.#look();
    const atEnd = this.#height - this.#client - this.#top <= END_PX;
    if (atEnd && !this.#selecting()) this.#set(true);
    // Growing text and a resized panel move the view too. If only the position changed, the reader scrolled.
    else if (this.#top < top && (this.#held || (this.#height === height && this.#client === client))) this.#set(false);
  }

  #look(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    [this.#top, this.#height, this.#client] = [scrollTop, scrollHeight, clientHeight];
  }

  #selecting(): boolean {
    const selection = document.getSelection();
    return selection !== null && !selection.isCollapsed && this.#scroller.contains(selection.anchorNode);
  }

  #set(following: boolean): void {
    if (this.#following === following) return;
    this.#following = following;
    this.#changed(following);
  }
}
