// Colours code line by line, in time proportional to the code, and exactly, though the highlighter keeps no state.
//
// If nothing is open at the end of a line (no comment, string or block), the next line can be read alone. Lines up to such
// a place form a unit, mostly of one line. A unit that stays open is read again as a whole only when it has grown by half;
// until then, each new line is read together with the first, which nearly always tells what it is part of.
import type { Grammar, Run } from './highlighter.ts';

/** Reading this much takes a few milliseconds; a unit that grows larger stays as it was drawn. */
const LARGEST_UNIT = 6000;
/** A smaller unit is read again as a whole with each new line, which is exact and costs no more. */
const SMALL_UNIT = 400;
const LONGEST_LINE = 2000;

export class LineColours {
  readonly #grammar: Grammar;
  readonly #paint: (index: number, runs: readonly Run[]) => void;
  #count = 0;
  #unit: string[] = [];
  #painted: (readonly Run[])[] = [];
  #size = 0;
  #readAgainAt = 0;

  constructor(grammar: Grammar, paint: (index: number, runs: readonly Run[]) => void) {
    this.#grammar = grammar;
    this.#paint = paint;
  }

  add(line: string): void {
    const { continues } = this.#grammar;
    if (continues && this.#unit.length > 0 && !continues.test(line)) this.close();
    this.#count++;
    if (line.length > LONGEST_LINE) return this.#reset();
    this.#unit.push(line);
    this.#size += line.length + 1;
    if (this.#unit.length === 1 || this.#size <= SMALL_UNIT) return this.#readWhole();
    const { lines, open } = this.#grammar.read(`${this.#unit[0]}\n${line}`);
    this.#show(this.#unit.length - 1, lines[1] ?? []);
    const closing = !open && !continues;
    if (this.#size > LARGEST_UNIT) {
      if (closing) this.#reset();
    } else if (closing || this.#size >= this.#readAgainAt) this.#readWhole();
  }

  /** The code is complete. */
  close(): void {
    if (this.#unit.length > 1 && this.#size <= LARGEST_UNIT) this.#readWhole();
    this.#reset();
  }

  #readWhole(): void {
    const { lines, open } = this.#grammar.read(this.#unit.join('\n'));
    this.#unit.forEach((_, index) => this.#show(index, lines[index] ?? []));
    this.#readAgainAt = this.#size * 1.5;
    if (!open && !this.#grammar.continues) this.#reset();
  }

  /** Nodes that are right already stay, and with them what a person selected in them. */
  #show(index: number, runs: readonly Run[]): void {
    const before = this.#painted[index];
    this.#painted[index] = runs;
    if (before && same(before, runs)) return;
    this.#paint(this.#count - this.#unit.length + index, runs);
  }

  #reset(): void {
    this.#unit = [];
    this.#painted = [];
    this.#size = 0;
    this.#readAgainAt = 0;
  }
}

function same(a: readonly Run[], b: readonly Run[]): boolean {
  return a.length === b.length && a.every(({ text, scope }, index) => text === b[index]!.text && scope === b[index]!.scope);
}
