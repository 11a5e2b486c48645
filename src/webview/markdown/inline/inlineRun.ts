// Running text that grows. What later text cannot change is drawn once; only the last few words are drawn again.
import { create } from '../../shared/create.ts';
import { hasHidden } from '../../shared/controlCharacters.ts';
import { wholeCharacter } from '../code/linePieces.ts';
import { affordable, cost } from '../drawingCost.ts';
import type { RenderContext } from '../renderContext.ts';
import type { Token } from './inline.ts';
import { drawInline } from './inlineDom.ts';

/** A longer text is laid out in parts, each starting at the end of a word. */
const PART = 4096;
/** A longer tail, kept open by an unpaired sign, is read again only when it has grown by a quarter. */
const LONG_TAIL = 512;
/** Cost of the text that is read at a time, in letters. Where no word ends within them, the text is cut: emphasis reaches no further. */
const WINDOW = 8192;
/** Cost of what is drawn of a complete text in one step, in letters. */
const STEP = 4096;

/** To be set before the character at this place. */
interface Mark {
  readonly at: number;
  readonly mark: HTMLElement;
}

export class InlineRun {
  readonly #tools: RenderContext;
  #parent: HTMLElement;
  #whole: HTMLElement;
  /** The text that later text may change, and the nodes that show it. */
  #tail = '';
  #shown: ChildNode[] = [];
  #part = 0;
  #retryAt = 0;
  /** Some of the tail was never shown. */
  #hidden = false;
  /** Length of the text before the tail. */
  #before = 0;
  /** All marks, by their place in the whole text, and those still to be set, by their place in the tail. */
  readonly #allMarks: Mark[];
  #marks: readonly Mark[];

  constructor(element: HTMLElement, tools: RenderContext, marks: readonly Mark[] = []) {
    this.#whole = element;
    this.#parent = element;
    this.#tools = tools;
    this.#allMarks = [...marks];
    this.#marks = marks;
  }

  /** Empties the element, except for what is kept in it, so that its text can be drawn again with the same marks. */
  again(kept: readonly Node[] = []): InlineRun {
    this.#whole.replaceChildren(...kept);
    return new InlineRun(this.#whole, this.#tools, this.#allMarks);
  }

  get marks(): readonly HTMLElement[] {
    return this.#allMarks.map(({ mark }) => mark);
  }

  write(text: string): void {
    this.#tail += text;
  }

  /** Draws a text that is complete: at once, or a long one in steps that may wait. */
  complete(text: string): void {
    let rest = text;
    const step = (): 'more' | 'done' => {
      const size = affordable(rest, STEP);
      this.write(rest.slice(0, size));
      rest = rest.slice(size);
      if (rest === '') this.close();
      else this.draw(true);
      return rest === '' ? 'done' : 'more';
    };
    if (step() === 'more') void this.#tools.work.slice(step);
  }

  /** Sets a mark before the word that the next text belongs to; inside a word or an address it would split it. */
  mark(mark: HTMLElement): void {
    this.#allMarks.push({ at: this.#before + this.#tail.length, mark });
    this.#marks = [...this.#marks, { at: this.#tail.length, mark }];
    this.#retryAt = 0;
  }

  /** `more`: further text is already waiting, so the tail need not be shown yet. */
  draw(more = false): void {
    if (this.#tail === '' || (this.#tail.length < this.#retryAt && (more || !this.#hidden))) return;
    this.#settle();
    this.#retryAt = this.#tail.length > LONG_TAIL ? this.#tail.length * 1.25 : 0;
    this.#hidden = more;
    if (more) return;
    this.#show(this.#finished(this.#tail), false);
    this.#place();
  }

  /** The answer broke off: shows the tail as it is. */
  pause(): void {
    this.#settle();
    this.#show(this.#tools.inline.tokens(this.#tail), false);
    this.#place();
    this.#retryAt = 0;
  }

  /** The element's children were moved into another one. */
  moveTo(element: HTMLElement): void {
    if (this.#parent === this.#whole) this.#parent = element;
    this.#whole = element;
  }

  /** The text is complete. */
  close(): void {
    this.#tail = this.#tail.trimEnd();
    this.#settle();
    this.#show(this.#tools.inline.tokens(this.#tail), true);
    this.#place();
    this.#shown = [];
    this.#tail = '';
  }

  /** Reads window by window. Each window begins at the break before it, so the cuts do not depend on how the text arrived. */
  #settle(): void {
    for (let size = affordable(this.#tail, WINDOW); size < this.#tail.length; size = affordable(this.#tail, WINDOW)) {
      size = wholeCharacter(this.#tail, size);
      const { breaks } = this.#tools.inline.read(this.#tail.slice(0, size));
      this.#settleAt(breaks.length > 0 ? breaks : [size]);
    }
    this.#settleAt(this.#tools.inline.read(this.#tail).breaks);
  }

  #settleAt(breaks: readonly number[]): void {
    if (breaks.length === 0) return;
    let done = 0;
    const last = breaks.at(-1)!;
    for (const { at, mark } of this.#marks) {
      // The next break after it shows that nothing can reach back over the last one before it.
      if (at > last) continue;
      const before = breaks.findLast((place) => place <= at) ?? 0;
      if (before > done) this.#commit(this.#tail.slice(done, before));
      done = Math.max(done, before);
      this.#parent.insertBefore(mark, this.#shown[0] ?? null);
    }
    // A part ends at the first break after its size, however the text happened to arrive.
    let seen = 0;
    for (const at of breaks) {
      this.#part += cost(this.#tail.slice(seen, at));
      seen = at;
      if (at <= done || this.#part < PART) continue;
      this.#commit(this.#tail.slice(done, at));
      done = at;
      this.#startPart();
    }
    this.#commit(this.#tail.slice(done, last));
    this.#tail = this.#tail.slice(last);
    this.#before += last;
    this.#marks = this.#marks.filter(({ at }) => at > last).map(({ at, mark }) => ({ at: at - last, mark }));
  }

  /** Shows marks of the tail before it, until the break before them is known. */
  #place(): void {
    for (const { mark } of this.#marks) this.#parent.insertBefore(mark, this.#shown[0] ?? null);
  }

  /** Draws text that stays, in place of what was shown of the tail. */
  #commit(text: string): void {
    if (text === '') return;
    this.#show(this.#tools.inline.tokens(text), true);
    this.#shown = [];
  }

  #startPart(): void {
    this.#parent = create('span', { className: 'part section' });
    this.#whole.append(this.#parent);
    this.#part = 0;
  }

  #show(tokens: readonly Token[], final: boolean): void {
    const [shown] = this.#shown;
    // Mostly it is plain words. Changing a text node costs a third of replacing it.
    if (this.#shown.length === 1 && shown instanceof Text && tokens.length === 1 && tokens[0]!.type === 'text') {
      const { content } = tokens[0]!;
      if (!hasHidden(content)) {
        shown.data = content;
        return;
      }
    }
    for (const node of this.#shown) node.remove();
    const drawn = drawInline(tokens, this.#tools, final);
    this.#shown = [...drawn.childNodes];
    this.#parent.append(drawn);
  }

  /** The tail as it will look once its signs are closed, so that no sign appears and vanishes. */
  #finished(tail: string): readonly Token[] {
    const bare = tail
      .trimEnd()
      .replace(/\[([^[\]]*)\]\([^()\s]*$/, '$1')
      .replace(/(?:(?<![*_~`[$])[*_~`[$]+|<\/?[A-Za-z]{0,6})$/, '');
    const { tokens, missing } = this.#tools.inline.read(bare);
    return missing === '' ? tokens : this.#tools.inline.tokens(bare + missing);
  }
}
