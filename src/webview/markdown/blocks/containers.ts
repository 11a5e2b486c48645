// The blocks that hold blocks: the answer itself, quotes, folded details, lists and their items, each with its place in the page.
import type { Cursor } from './cursor.ts';
import { SectionedBlocks } from './sectionedBlocks.ts';
import type { ListMark } from './starts.ts';

export type Container = Root | Quote | Details | List | Item;

export class Root {
  readonly type = 'root';
  readonly element: HTMLElement;
  readonly shelf: SectionedBlocks;

  constructor(element: HTMLElement) {
    this.element = element;
    this.shelf = new SectionedBlocks(element);
  }
}

export class Quote {
  readonly type = 'quote';
  readonly element = document.createElement('blockquote');
  readonly shelf = new SectionedBlocks(this.element);
  empty = true;
}

/** Ends at `</details>`, not by indentation. */
export class Details {
  readonly type = 'details';
  readonly element = document.createElement('details');
  readonly shelf = new SectionedBlocks(this.element);

  constructor(attributes: string) {
    this.element.open = /\sopen(?![\w-])/i.test(attributes);
  }
}

/** A long list continues in further list elements, which sections can keep apart. */
const ITEMS_PER_ELEMENT = 32;

export class List {
  readonly type = 'list';
  readonly mark: ListMark;
  readonly #parent: SectionedBlocks;
  readonly #elements: HTMLElement[] = [];
  #items = 0;
  #loose = false;

  constructor(mark: ListMark, parent: SectionedBlocks) {
    this.mark = mark;
    this.#parent = parent;
  }

  add(item: HTMLElement): void {
    if (this.#items % ITEMS_PER_ELEMENT === 0) this.#extend();
    this.#items++;
    this.#elements.at(-1)!.append(item);
  }

  /** A blank line between items: all of them are set apart. One class says so; no item is touched. */
  loosen(): void {
    if (this.#loose) return;
    this.#loose = true;
    for (const element of this.#elements) element.classList.remove('tight');
  }

  #extend(): void {
    const element = document.createElement(this.mark.start === undefined ? 'ul' : 'ol');
    if (element instanceof HTMLOListElement) {
      const start = this.mark.start! + this.#items;
      if (start !== 1) element.start = start;
    }
    if (!this.#loose) element.classList.add('tight');
    if (this.#items > 0) element.classList.add('continued');
    this.#elements.push(element);
    this.#parent.add(element);
  }
}

export class Item {
  readonly type = 'item';
  readonly element = document.createElement('li');
  readonly shelf = new SectionedBlocks(this.element);
  readonly list: List;
  /** Columns a line must be indented to belong to this item. */
  readonly indent: number;
  empty = true;

  constructor(list: List, indent: number) {
    this.list = list;
    this.indent = indent;
  }
}

/** Whether the line belongs into the container; steps over its mark if so. */
export function continues(container: Container, cursor: Cursor): boolean {
  switch (container.type) {
    case 'root':
    case 'details':
    case 'list': // its items decide
      return true;
    case 'quote':
      return passQuoteMark(cursor);
    case 'item':
      if (cursor.blank) {
        if (container.empty) return false;
        cursor.toContent();
        return true;
      }
      if (cursor.indent < container.indent) return false;
      cursor.columns(container.indent);
      return true;
    default:
      container satisfies never;
      return false;
  }
}

export function passQuoteMark(cursor: Cursor): boolean {
  if (cursor.indented || cursor.line[cursor.nonspace] !== '>') return false;
  cursor.toContent();
  cursor.characters(1);
  cursor.columns(Math.min(1, cursor.indent));
  return true;
}

/** Steps over a tag and the space after it. */
export function passTag(cursor: Cursor, tag: string): void {
  cursor.toContent();
  cursor.characters(tag.length);
  cursor.toContent();
}

/** Steps over a list mark and the space after it; returns how far the item's content is indented. */
export function passListMark(cursor: Cursor, mark: ListMark): number {
  const before = cursor.indent;
  cursor.toContent();
  cursor.characters(mark.text.length);
  // More spaces than that are indented code.
  const spaces = cursor.blank || cursor.indent > 4 ? 1 : cursor.indent;
  cursor.columns(Math.min(spaces, cursor.indent));
  return before + mark.text.length + spaces;
}
