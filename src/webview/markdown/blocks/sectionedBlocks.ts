// Holds the blocks of a container, in sections that the browser need not lay out while they are out of sight.

/** As many blocks lie flat; from there on each section holds as many. Measured: 24 keeps both layout and nodes low. */
const PER_SECTION = 24;

/**
 * How much the next section holds when there are `count` already. Each section costs a little in every frame, also out of
 * sight, so the sections of something very long grow with it.
 */
export function sectionSize(least: number, most: number, count: number): number {
  return Math.max(least, Math.min(most, count >> 3));
}

export class SectionedBlocks {
  readonly element: HTMLElement;
  #section: HTMLElement;
  #count = 0;

  constructor(element: HTMLElement) {
    this.element = element;
    this.#section = element;
  }

  add(block: HTMLElement): void {
    if (this.#count > 0 && this.#count % PER_SECTION === 0) {
      this.#section = document.createElement('div');
      this.#section.className = 'section';
      this.element.append(this.#section);
    }
    this.#count++;
    this.#section.append(block);
  }
}
