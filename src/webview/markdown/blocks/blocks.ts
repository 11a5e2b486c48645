// Reads Markdown line by line into blocks, as CommonMark describes, and reads each line once.
//
// A line is read as soon as its first characters decide which block it belongs to; its other text flows into that block.
// So the work per character does not depend on the length of the answer.
import { Code } from '../code/code.ts';
import type { RenderContext } from '../renderContext.ts';
import { continues, Details, Item, List, passListMark, passQuoteMark, passTag, Quote, Root, type Container } from './containers.ts';
import { Cursor } from './cursor.ts';
import type { Leaf } from './leaf.ts';
import { leafStart } from './leafStart.ts';
import { MathBlock } from './mathBlock.ts';
import { Paragraph, type Opener } from './paragraph.ts';
import type { SectionedBlocks } from './sectionedBlocks.ts';
import { decided, DELIMITER_ROW, DETAILS, DETAILS_END, listMark, SETEXT, SUMMARY } from './starts.ts';
import { Summary } from './summary.ts';
import { cells, MOST_COLUMNS, Table, withTextBars } from './table.ts';

/** Layout is recursive: deeper blocks could overflow the browser's stack. */
const DEEPEST = 100;
/** At most this many characters decide what a line is. */
const LONGEST_START = 8192;

export class Blocks {
  readonly #tools: RenderContext;
  /** The open containers, outermost first. */
  readonly #path: Container[];
  #leaf: Leaf | undefined;
  /** The line before was blank, inside the containers from this depth on. */
  #blankFrom = Infinity;
  /** The beginning of a line whose block is not decided yet. */
  #held = '';
  /** The block of the current line is known, and its text flows there. */
  #flowing = false;
  #seam: { readonly model: string | undefined } | undefined;
  #paused: HTMLElement | undefined;

  constructor(element: HTMLElement, tools: RenderContext) {
    this.#tools = tools;
    this.#path = [new Root(element)];
  }

  write(text: string): void {
    this.#paused?.remove();
    const source = this.#held + text;
    this.#held = '';
    let from = 0;
    while (from < source.length) {
      const end = source.indexOf('\n', from);
      const line = source.slice(from, end < 0 ? undefined : end);
      if (this.#flowing) this.#text(line);
      else if (end >= 0 || line.length > LONGEST_START || this.#isDecided(line)) {
        this.#read(line.slice(0, LONGEST_START));
        if (line.length > LONGEST_START) this.#text(line.slice(LONGEST_START));
      } else {
        this.#held = line;
        break;
      }
      this.#flowing = end < 0;
      if (end < 0) break;
      this.#endLine();
      from = end + 1;
    }
  }

  draw(more: boolean): void {
    this.#leaf?.draw(more);
  }

  /** Shows also the beginning of an undecided line, and signs that look half-typed. */
  pause(): void {
    this.#paused?.remove();
    this.#leaf?.pause?.();
    if (this.#held.trim() === '') return;
    this.#paused = document.createElement('p');
    this.#paused.textContent = this.#held;
    const last = this.#path.findLast((container) => container.type !== 'list')!;
    last.element.append(this.#paused);
  }

  /** An interrupted answer continues here: a mark is set before the next text. */
  seam(model?: string): void {
    this.#seam = { model };
  }

  end(): void {
    this.#paused?.remove();
    if (this.#held !== '') this.#read(this.#held);
    if (this.#held !== '' || this.#flowing) this.#endLine();
    this.#held = '';
    this.#flowing = false;
    this.#closeLeaf();
  }

  #isDecided(line: string): boolean {
    const leaf = this.#leaf;
    if (leaf instanceof MathBlock && leaf.paused) return false;
    if (!(leaf instanceof Code) || leaf.fence === undefined) return decided(line);
    const cursor = new Cursor(line);
    const inside = this.#path.every((container) => continues(container, cursor));
    return inside && !cursor.blank ? leaf.decides(cursor) : decided(line);
  }

  #text(piece: string): void {
    if (this.#seam !== undefined && piece !== '' && this.#leaf) {
      const { model } = this.#seam;
      this.#seam = undefined;
      if (this.#leaf.seam) this.#leaf.seam(this.#tools.seamMark('inline', model));
      else this.#leaf.element.before(this.#tools.seamMark('line', model));
    }
    const rest = this.#leaf?.text(piece);
    if (rest === undefined) return;
    this.#open(new Paragraph(this.#tools));
    this.#leaf!.text(rest);
  }

  #endLine(): void {
    if (this.#leaf?.endLine() === 'closed') this.#closeLeaf();
    const details = this.#path.findLastIndex(({ type }) => type === 'details');
    if (details < 0 || !(this.#leaf instanceof Paragraph)) return;
    // The last line of the details may carry their end mark.
    const mark = /<\/details\s*>[ \t]*$/i.exec(this.#leaf.lastLine);
    if (!mark) return;
    this.#leaf.shorten(mark[0].length);
    this.#cut(details);
  }

  #read(line: string): void {
    const cursor = new Cursor(line);
    let depth = 1;
    while (depth < this.#path.length && continues(this.#path[depth]!, cursor)) depth++;
    const inside = depth === this.#path.length;
    const blankCode = cursor.blank && this.#leaf instanceof Code && this.#leaf.fence === undefined;
    const reading = inside && this.#leaf ? this.#claimed(this.#leaf, cursor) : 'starts';
    if (reading === 'taken') {
      this.#blankFrom = blankCode ? this.#insideQuotes() : Infinity;
      return;
    }
    const started = reading === 'starts' && this.#starts(cursor, depth);
    if (started === 'leaf') this.#blankFrom = Infinity;
    else if (cursor.blank) this.#blank(depth, started === 'containers');
    else {
      // A paragraph may continue without the marks of its containers.
      const lazy = !started && this.#leaf instanceof Paragraph;
      if (!lazy && !(inside && !started && this.#leaf instanceof Table)) {
        if (!started) this.#cut(depth);
        this.#open(new Paragraph(this.#tools, this.#firstIn()));
      }
      cursor.toContent();
      this.#text(cursor.rest);
      this.#blankFrom = Infinity;
    }
  }

  /** Whether the open block takes the line. Otherwise another block may start here. */
  #claimed(leaf: Leaf, cursor: Cursor): 'taken' | 'starts' {
    if (leaf instanceof Code) {
      switch (leaf.claim(cursor)) {
        case 'take':
          this.#text(cursor.rest);
          return 'taken';
        case 'last':
          this.#closeLeaf();
          return 'taken';
        case 'leave':
          this.#closeLeaf();
          return 'starts';
      }
    }
    if (leaf instanceof MathBlock) {
      if (cursor.blank) leaf.blankLine();
      else if (leaf.claims(cursor.content)) this.#text(cursor.rest);
      else return 'starts';
      return 'taken';
    }
    if (!(leaf instanceof Summary) || cursor.blank) return 'starts';
    this.#text(cursor.rest);
    return 'taken';
  }

  #blank(depth: number, opened: boolean): void {
    if (opened) {
      this.#blankFrom = Infinity;
      return;
    }
    this.#cut(depth);
    this.#blankFrom = Math.min(this.#blankFrom, this.#insideQuotes());
  }

  /** A blank line inside a quote separates nothing outside of it. */
  #insideQuotes(): number {
    return this.#path.findLastIndex((container) => container.type === 'quote') + 1;
  }

  /** Opens what begins on this line: containers, then perhaps a block that is no paragraph. */
  #starts(cursor: Cursor, depth: number): false | 'containers' | 'leaf' {
    let opened = false;
    const cut = () => {
      if (!opened) this.#cut(depth);
      opened = true;
    };
    for (;;) {
      const paragraph = !opened && depth === this.#path.length && this.#leaf instanceof Paragraph ? this.#leaf : undefined;
      if (cursor.blank) break;
      if (cursor.indented) {
        if (!opened && this.#leaf instanceof Paragraph) break;
        cut();
        cursor.columns(4);
        this.#open(new Code(this.#tools));
        this.#text(cursor.rest);
        return 'leaf';
      }
      const { content } = cursor;
      if (this.#path.length > DEEPEST) break;
      if (content.startsWith('>')) {
        cut();
        passQuoteMark(cursor);
        const quote = new Quote();
        this.#add(quote.element);
        this.#direct(quote.element);
        this.#path.push(quote);
        continue;
      }
      const details = DETAILS.exec(content);
      if (details) {
        cut();
        passTag(cursor, details[0]);
        const container = new Details(details[1] ?? '');
        this.#add(container.element);
        this.#path.push(container);
        continue;
      }
      const end = DETAILS_END.exec(content);
      const ended = end ? this.#path.slice(0, opened ? undefined : depth).findLastIndex(({ type }) => type === 'details') : -1;
      if (end && ended >= 0) {
        opened = true;
        this.#cut(ended);
        passTag(cursor, end[0]);
        continue;
      }
      if (paragraph && this.#reshape(paragraph, content)) return 'leaf';
      const summary = this.#path.at(-1)!.type === 'details' && SUMMARY.exec(content);
      const leaf = summary ? { leaf: new Summary(this.#tools), text: content.slice(summary[0].length) } : leafStart(cursor, this.#tools);
      if (leaf) {
        cut();
        this.#open(leaf.leaf);
        if (leaf.text !== undefined) this.#text(leaf.text);
        return 'leaf';
      }
      const mark = listMark(content);
      // An empty item, or one whose number is not 1, is more likely a line of the paragraph.
      if (!mark || (paragraph && ((mark.start ?? 1) !== 1 || content.slice(mark.text.length).trim() === ''))) break;
      cut();
      this.#item(mark, cursor);
    }
    return opened && 'containers';
  }

  /** A second line can make a heading or a table of the paragraph above it. */
  #reshape(paragraph: Paragraph, content: string): boolean {
    if (SETEXT.test(content) && paragraph.toHeading(content[0] === '=' ? 1 : 2)) {
      this.#leaf = undefined;
      return true;
    }
    if (!DELIMITER_ROW.test(content)) return false;
    const header = paragraph.lastLine;
    const columns = cells(content).length;
    if (columns > MOST_COLUMNS) {
      if (header.includes('|')) paragraph.note(this.#tools.strings.wideTable);
      return false;
    }
    if (cells(header).length !== columns && cells(withTextBars(header)).length !== columns) return false;
    const table = new Table(header, content, this.#tools);
    if (paragraph.dropLastLine()) paragraph.close();
    this.#add(table.element);
    this.#leaf = table;
    return true;
  }

  #item(mark: ReturnType<typeof listMark> & {}, cursor: Cursor): void {
    const indent = passListMark(cursor, mark);
    let list = this.#path.at(-1)!;
    if (list.type !== 'list' || list.mark.kind !== mark.kind) {
      if (list.type === 'list') this.#path.pop();
      list = new List(mark, this.#shelf());
      this.#path.push(list);
    } else if (this.#path.length - 1 >= this.#blankFrom) list.loosen();
    const item = new Item(list, indent);
    list.add(item.element);
    this.#grew();
    this.#direct(item.element);
    this.#path.push(item);
    this.#blankFrom = Infinity;
  }

  #add(element: HTMLElement): void {
    this.#shelf().add(element);
    this.#grew();
  }

  #grew(): void {
    for (const container of this.#path) if (container.type !== 'list') container.shelf.grew();
  }

  #direct(element: HTMLElement): void {
    if (this.#path.some((container) => container.type !== 'list' && container.element.dir !== '')) element.dir = 'auto';
  }

  /** Where the next block goes. A list holds only items, so any other block ends it. */
  #shelf(): SectionedBlocks {
    if (this.#path.at(-1)!.type === 'list') this.#path.pop();
    const depth = this.#path.length - 1;
    const container = this.#path[depth]!;
    if (container.type === 'list') throw new Error('a list inside a list');
    if (container.type === 'item') {
      if (!container.empty && depth >= this.#blankFrom) container.list.loosen();
    }
    if (container.type === 'item' || container.type === 'quote') container.empty = false;
    return container.shelf;
  }

  /** The list item or quote, if the next block is the first in it: a paragraph may say what it is. */
  #firstIn(): Opener | undefined {
    const container = this.#path.at(-1)!;
    return (container.type === 'item' || container.type === 'quote') && container.empty ? container : undefined;
  }

  #open(leaf: Leaf): void {
    this.#closeLeaf();
    const first = this.#firstIn();
    this.#add(leaf.element);
    // Inside a right-to-left block, each paragraph has a direction.
    if (!first && leaf.element.tagName === 'P') this.#direct(leaf.element);
    this.#leaf = leaf;
  }

  /** Closes the open block and the containers that the line does not belong to. */
  #cut(depth: number): void {
    this.#closeLeaf();
    this.#path.length = depth;
  }

  #closeLeaf(): void {
    this.#leaf?.close();
    this.#leaf = undefined;
  }
}
