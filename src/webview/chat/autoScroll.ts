// Keeps the end of the transcript in view until the reader looks elsewhere, and then leaves the view alone.

/** Nearer to the end than this counts as at the end; zoom levels make offsets fractional. */
const END_PX = 2;
const KEYS_UP = new Set(['ArrowUp', 'PageUp', 'Home']);
const scrollsUp = ({ key, shiftKey }: KeyboardEvent): boolean => KEYS_UP.has(key) || (key === ' ' && shiftKey);

export class AutoScroll {
  #following = true;
  /** Where the view was when it was last looked at, and how much there was to see. */
  #top = 0;
  #height = 0;
  #client = 0;
  /** A button or a finger is down on the scroller, its bar included. */
  #held = false;
  readonly #scroller: HTMLElement;
  readonly #changed: (following: boolean) => void;

  /** `content` is what grows inside `scroller`; `changed` hears when the reader leaves the end or comes back to it. */
  constructor(scroller: HTMLElement, content: HTMLElement, changed: (following: boolean) => void) {
    this.#scroller = scroller;
    this.#changed = changed;
    // Told after layout and before paint, whatever it was that grew: text, colours, a formula, a section come near.
    const sizes = new ResizeObserver(() => this.keep());
    sizes.observe(content);
    sizes.observe(scroller);
    // The wheel and the keys say what they mean before the view has moved; for all other ways the movement itself does.
    scroller.addEventListener('wheel', (event) => event.deltaY < 0 && this.leave(), { passive: true });
    scroller.addEventListener('keydown', (event) => scrollsUp(event) && this.leave());
    scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    for (const type of ['mousedown', 'touchstart']) scroller.addEventListener(type, () => (this.#held = true), { passive: true });
    for (const type of ['mouseup', 'touchend', 'touchcancel']) window.addEventListener(type, () => (this.#held = false));
    // A scroll bar keeps the release to itself.
    window.addEventListener('mousemove', ({ buttons }) => (this.#held &&= buttons > 0));
    document.addEventListener('selectionchange', () => this.#selecting() && this.leave());
  }

  jump(): void {
    this.#set(true);
    this.keep();
  }

  /**
   * Looks at the end if it is followed. Called right after a change, and not only by the observer, the view has moved before
   * the frame begins: a change within the frame would cause another frame.
   */
  keep(): void {
    if (!this.#following) return;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#look();
  }

  /** The reader looks elsewhere. */
  leave(): void {
    if (this.#scroller.scrollHeight > this.#scroller.clientHeight) this.#set(false);
  }

  #scrolled(): void {
    const [top, height, client] = [this.#top, this.#height, this.#client];
    this.#look();
    const atEnd = this.#height - this.#client - this.#top <= END_PX;
    if (atEnd && !this.#selecting()) this.#set(true);
    // Text that grows or shrinks, and a panel that is resized, move the view too; a reader moves it and nothing else.
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
