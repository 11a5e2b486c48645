// Holds the blocks of a container in sections, which the browser does not lay out while they are off screen.
import { create } from '../../shared/create.ts';

/** The first blocks lie flat, and each section after them holds as many. Measured: 24 keeps both layout and nodes low. */
const PER_SECTION = 24;
/** Fewer where they hold others: a section is full at this number of blocks at any depth. */
const WITH_INNER = 192;

/**
 * How much the next section holds when there are `count` already. Each section costs a little in every frame, even off
 * screen, so the sections of something very long grow with it.
 */
export function sectionSize(least: number, most: number, count: number): number {
  return Math.max(least, Math.min(most, count >> 3));
}

export class SectionedBlocks {
  readonly element: HTMLElement;
  #section: HTMLElement;
  /** The blocks of the section, and those at any depth in it. */
  #count = 0;
  #inner = 0;

  constructor(element: HTMLElement) {
    this.element = element;
    this.#section = element;
  }

  add(block: HTMLElement): void {
    if (this.#count >= PER_SECTION || this.#inner >= WITH_INNER) {
      this.#section = create('div', { className: 'section' });
      this.element.append(this.#section);
      this.#count = this.#inner = 0;
    }
    this.#count++;
    this.#section.append(block);
  }
  /** A block was added here, or inside one of the blocks. */
  grew(): void {
    this.#inner++;
  }
}
