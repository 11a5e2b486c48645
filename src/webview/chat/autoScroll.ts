// Keeps the end of the transcript, or a place in it, in view until the reader scrolls.

/** Distance, in px, that counts as the end; zoom levels make offsets fractional. */
const END_PX = 2;
const KEYS_UP = new Set(['ArrowUp', 'PageUp', 'Home']);
const scrollsUp = ({ key, shiftKey }: KeyboardEvent): boolean => KEYS_UP.has(key) || (key === ' ' && shiftKey);

export class AutoScroll {
  /** What is kept in view: the end, or what this function scrolls to. */
  #target: 'end' | (() => void) | undefined = 'end';
  /** Scroll position and sizes when last checked. */
  #top = 0;
  #height = 0;
  #client = 0;
  /** A mouse button or a finger is down on the scroller or its scroll bar. */
  #held = false;
  readonly #scroller: HTMLElement;
  readonly #changed: (following: boolean) => void;

  /** @param content grows inside `scroller`  @param changed gets whether the end is followed or nothing is out of view */
  constructor(scroller: HTMLElement, content: HTMLElement, changed: (following: boolean) => void) {
    this.#scroller = scroller;
    this.#changed = changed;
    // The observer runs between layout and paint, for any cause of growth: text, formulas, sections that come near.
    const sizes = new ResizeObserver(() => this.keep());
    sizes.observe(content);
    sizes.observe(scroller);
    // Wheel and keys show the intent before the view moves. Other ways are detected by the movement.
    for (const type of ['wheel', 'keydown', 'focusin', 'mousedown', 'touchstart'])
      scroller.addEventListener(type, () => this.#release(), { passive: true });
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
    this.#set('end');
    this.keep();
  }

  /**
   * Keeps another place in view.
   * @param show scrolls to it unless it is in view; called now and after every change of size
   */
  hold(show: () => void): void {
    this.#set(show);
    this.keep();
  }

  /**
   * Scrolls to what is kept in view. Called right after a change, not only by the observer: scrolling within the frame would
   * cause another frame.
   */
  keep(): void {
    if (this.#target === 'end') this.#scroller.scrollTop = this.#scroller.scrollHeight;
    else this.#target?.();
    this.#look();
  }

  /** Stops following the end. */
  leave(): void {
    if (this.#target === 'end' && this.#scroller.scrollHeight > this.#scroller.clientHeight) this.#set(undefined);
  }

  /** The reader moves away from a place. A reader who is at the end follows it. */
  #release(): void {
    if (this.#target === undefined || this.#target === 'end') return;
    this.#set(undefined);
    this.#scrolled();
  }

  #scrolled(): void {
    const [top, height, client] = [this.#top, this.#height, this.#client];
    this.#look();
    // A place is left only by what the reader does: what is drawn late moves the view too.
    if (this.#target !== undefined && this.#target !== 'end') return;
    const atEnd = this.#height - this.#client - this.#top <= END_PX;
    if (atEnd && !this.#selecting()) this.#set('end');
    // Growing text and a resized panel move the view too. If only the position changed, the reader scrolled.
    else if (this.#top < top && (this.#held || (this.#height === height && this.#client === client))) this.#set(undefined);
  }

  #look(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    [this.#top, this.#height, this.#client] = [scrollTop, scrollHeight, clientHeight];
    this.#changed(this.#target === 'end' || scrollHeight <= clientHeight);
  }

  #selecting(): boolean {
    const selection = document.getSelection();
    return selection !== null && !selection.isCollapsed && this.#scroller.contains(selection.anchorNode);
  }

  #set(target: 'end' | (() => void) | undefined): void {
    if (this.#target === target) return;
    this.#target = target;
    this.#look();
  }
}
