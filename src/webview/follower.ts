// Keeps the end of the transcript in view until the reader looks elsewhere, and then leaves the view alone.

/** Nearer to the end than this counts as at the end; zoom levels make offsets fractional. */
const END_PX = 2;
const KEYS_UP = new Set(['ArrowUp', 'PageUp', 'Home']);

export class Follower {
  #following = true;
  #top = 0;
  readonly #scroller: HTMLElement;
  readonly #changed: (following: boolean) => void;

  /** `content` is what grows inside `scroller`; `changed` hears when the reader leaves the end or comes back to it. */
  constructor(scroller: HTMLElement, content: HTMLElement, changed: (following: boolean) => void) {
    this.#scroller = scroller;
    this.#changed = changed;
    // Told after layout and before paint, whatever it was that grew: text, colours, a formula, a section come near.
    const sizes = new ResizeObserver(() => this.#pin());
    sizes.observe(content);
    sizes.observe(scroller);
    // The wheel and the keys say what they mean before the view has moved; for all other ways the movement itself does.
    scroller.addEventListener('wheel', (event) => event.deltaY < 0 && this.#leave(), { passive: true });
    scroller.addEventListener('keydown', (event) => KEYS_UP.has(event.key) && this.#leave());
    scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    document.addEventListener('selectionchange', () => this.#selecting() && this.#leave());
  }

  jump(): void {
    this.#set(true);
    this.#pin();
  }

  #pin(): void {
    if (!this.#following) return;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#top = this.#scroller.scrollTop;
  }

  #leave(): void {
    if (this.#scroller.scrollHeight > this.#scroller.clientHeight) this.#set(false);
  }

  #scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const up = scrollTop < this.#top;
    this.#top = scrollTop;
    const atEnd = scrollHeight - clientHeight - scrollTop <= END_PX;
    if (atEnd && !this.#selecting()) this.#set(true);
    else if (up) this.#set(false);
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
