// Random answers to random old text: cut anywhere, stopped, resumed, and decided about while they stream. In half of them the user types
// outside of the changes, inside of them, into kept lines, into lines not yet reached, and while an edit is pending.
import { PlaceText } from '../../src/core/edit/placeText.ts';
import type { Scope } from '../../src/core/edit/placingDiff.ts';
import { ReplacedText } from '../../src/core/edit/replacedText.ts';
import { expectedText, type Step } from '../../src/core/edit/step.ts';
import { ChangeLedger, type EditedBy, type PendingChange, textBefore } from '../../src/core/insert/changeLedger.ts';
import type { TextChange } from '../../src/core/insert/trackedRange.ts';
import { TrackedRanges } from '../../src/core/insert/trackedRanges.ts';
import { seeded } from '../support/random.ts';

type Random = () => number;

const pick = <T>(next: Random, list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
const between = (next: Random, from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
const words = ['', '', '}', '  }', '{', '  return;', 'alpha();', 'beta(1);', 'const gamma = 3;', '\tdelta(alpha, beta);', 'end', '// note'];

function lines(next: Random): string[] {
  return Array.from({ length: between(next, 0, 40) }, (_, at) =>
    next() < 0.5 ? pick(next, words) : `line${between(next, 0, 60)}(${at % 3});`,
  );
}

/** An edit of the old lines: some are moved, duplicated, or rewritten. */
function edited(next: Random, old: readonly string[]): string[] {
  const answer = [...old];
  for (let edits = between(next, 0, 6); edits > 0; edits--) {
    const at = between(next, 0, answer.length);
    const put = next() < 0.3 ? old.slice(at, at + between(next, 1, 8)) : lines(next).slice(0, between(next, 0, 6));
    answer.splice(at, between(next, 0, 5), ...put);
  }
  return answer;
}

const [head, tail] = ['the first line\n', '\nthe last line'];
const mark = /⟦\d+⟧/g;

/** The document, the range of the answer, and its changes, as an editor and its listeners see them. */
export class EditScene {
  text: string;
  before: string;
  readonly problems: string[] = [];
  readonly ledger = new ChangeLedger();
  /** Every typed word. */
  readonly typed = new Map<string, string>();
  hasUndone = false;
  hasTypedInside = false;
  readonly #ranges: TrackedRanges;
  readonly #replaced: ReplacedText;
  readonly #next: Random;
  readonly #mayType: boolean;
  readonly #place: PlaceText;
  #words = 0;

  constructor(old: string, replaced: ReplacedText, next: Random, mayType: boolean) {
    this.text = head + old + tail;
    this.before = this.text;
    this.#replaced = replaced;
    this.#next = next;
    this.#mayType = mayType;
    this.#place = new PlaceText(old);
    this.#ranges = new TrackedRanges([{ start: head.length, end: head.length + old.length }]);
  }

  get scope(): string {
    const { start, end } = this.#ranges.scopes[0] ?? { start: 0, end: 0 };
    return this.text.slice(start, end);
  }

  /** One edit of the answer. Sometimes the user is faster, and the edit is retried. */
  take(wanted: readonly Step[], state: 'growing' | 'ended'): void {
    for (let steps = wanted; ;) {
      if (!this.#finds(steps)) steps = this.#replaced.release();
      const planned = this.#ranges.plan([steps]);
      if (planned.length === 0) {
        this.#landed(steps, state);
        return;
      }
      if (this.#mayType && this.#next() < 0.05) {
        this.type();
        this.#ranges.settled(false);
        continue;
      }
      const changes = planned.map(({ offset, length, text }) => ({ rangeOffset: offset, rangeLength: length, text }));
      this.#change(
        changes.toSorted((a, b) => b.rangeOffset - a.rangeOffset),
        'own',
      );
      // On a slow connection, the user types before the editor has applied the edit.
      while (this.#mayType && this.#next() < 0.1) this.type('late');
      this.#ranges.settled(true);
      this.#landed(steps, state);
      return;
    }
  }

  /** @param when `late`: before the editor has confirmed the last edit */
  type(when: 'late' | 'others' = 'others'): void {
    if (!this.#mayType) return;
    const word = `⟦${this.#words++}⟧`;
    const { start, end } = this.#ranges.scopes[0] ?? { start: 0, end: 0 };
    const change = pick(this.#next, this.ledger.pending);
    const places = [
      between(this.#next, 0, Math.max(0, head.length - 2)),
      this.text.length - between(this.#next, 0, tail.length - 2),
      between(this.#next, start, end),
      change === undefined ? start : between(this.#next, change.span.start, change.span.end),
    ];
    const kind = between(this.#next, 0, 3);
    const at = this.#outsideOfWords(places[kind] ?? 0);
    if (kind >= 2) this.hasTypedInside = true;
    const text = this.#next() < 0.25 ? `${word}\n` : word;
    this.typed.set(word, text);
    this.#change([{ rangeOffset: at, rangeLength: 0, text }], when);
    if (when === 'late') return;
    const now = textBefore(this.text, this.ledger.pending);
    if (now.replace(text, '') !== this.before) this.problems.push(`The text before is another after ${word} was typed.`);
    this.before = now;
  }

  /** Edits of a formatter or another user, from the end of the document to its beginning. */
  edit(changes: readonly TextChange[]): void {
    this.#change(changes, 'others');
    this.before = textBefore(this.text, this.ledger.pending);
  }

  decide(change: PendingChange, how: 'kept' | 'undone'): void {
    if (how === 'undone') this.#undo(change);
    this.ledger.decide(change, how, this.#replaced.decide(change.line));
    if (how === 'kept') this.before = textBefore(this.text, this.ledger.pending);
    else this.look('undone');
  }

  #undo({ span, removed }: PendingChange): void {
    this.hasUndone = true;
    for (const word of this.text.slice(span.start, span.end).match(mark) ?? []) this.typed.delete(word);
    this.#change([{ rangeOffset: span.start, rangeLength: span.end - span.start, text: removed }], 'undo');
  }

  #untyped(text: string): string {
    return Array.from(this.typed.values()).reduce((left, typed) => left.replace(typed, ''), text);
  }

  undoAll(): void {
    for (let [change] = this.ledger.pending; change !== undefined; [change] = this.ledger.pending) {
      this.#undo(change);
      this.ledger.decide(change, 'undone', 0);
    }
  }

  look(when: string): void {
    const now = textBefore(this.text, this.ledger.pending);
    // Text typed at the edge of a change may become part of it or not.
    if (this.#untyped(now) !== this.#untyped(this.before)) this.problems.push(`${when}: the text before is another.`);
    this.before = now;
    for (const word of this.typed.keys()) {
      if (this.text.split(word).length !== 2)
        this.problems.push(`${when}: ${word} was typed once and is there ${this.text.split(word).length - 1} times.`);
    }
  }

  /** Never types inside of typed text. */
  #outsideOfWords(at: number): number {
    for (const typed of this.typed.values()) {
      const start = this.text.indexOf(typed);
      if (start !== -1 && at > start && at < start + typed.length) return start + typed.length;
    }
    return at;
  }

  #finds(steps: readonly Step[]): boolean {
    const [first] = steps;
    const back = first?.type === 'back' ? first.text : '';
    const { start } = this.#ranges.rests[0] ?? { start: 0 };
    const span = this.#ranges.spans[0];
    const put = this.text.slice(span?.start, span?.end);
    const isThere = back === '' || (back === this.#place.put ? put === back : put.endsWith(back));
    return isThere && this.text.startsWith(expectedText(steps), start);
  }

  #landed(steps: readonly Step[], state: 'growing' | 'ended'): void {
    this.#place.apply(steps);
    this.#replaced.landed();
    const openLine = state === 'growing' ? this.#replaced.lineCount : Number.POSITIVE_INFINITY;
    const { end } = (this.ledger.hasLate ? this.#ranges.spansAtLanding : this.#ranges.spans)[0] ?? { end: 0 };
    const changes = this.#replaced.changes('\n');
    this.ledger.update([{ place: 0, changes, end, length: this.#place.put.length, openLine }], this.text);
    this.look(state);
  }

  #change(changes: readonly TextChange[], by: EditedBy | 'undo'): void {
    const before = this.ledger.pending;
    this.ledger.follow(changes, this.text, by === 'undo' ? 'others' : by);
    for (const { rangeOffset, rangeLength, text } of changes) {
      this.text = this.text.slice(0, rangeOffset) + text + this.text.slice(rangeOffset + rangeLength);
    }
    this.#ranges.changed({ type: 'changes', changes });
    if (by === 'own' || by === 'undo') return;
    for (const change of before) {
      if (change.isOpen || this.ledger.pending.some(({ line }) => line === change.line)) continue;
      this.ledger.decide(change, 'undone', this.#replaced.decide(change.line));
      this.before = textBefore(this.text, this.ledger.pending);
    }
  }
}

export function editCase(seed: number): readonly string[] {
  const next = seeded(seed);
  const old = lines(next);
  const answer = next() < 0.8 ? edited(next, old) : lines(next);
  const text = answer.join('\n');
  const scope: Scope = next() < 0.25 ? 'part' : 'whole';
  const replaced = new ReplacedText(old.join('\n'), true, scope);
  const scene = new EditScene(old.join('\n'), replaced, next, next() < 0.5);
  const mayDecide = next() < 0.5;
  const stopAt = next() < 0.4 ? between(next, 0, text.length) : undefined;
  for (let from = 0; from < text.length;) {
    const to = Math.min(stopAt !== undefined && from < stopAt ? stopAt : text.length, from + between(next, 1, 60));
    scene.take(replaced.take(text.slice(from, to)), 'growing');
    from = to;
    if (next() < 0.3) scene.type();
    const closed = scene.ledger.pending.filter(({ isOpen }) => !isOpen);
    if (mayDecide && closed.length > 0 && next() < 0.3) scene.decide(pick(next, closed), next() < 0.5 ? 'kept' : 'undone');
    if (from !== stopAt) continue;
    scene.take(replaced.suspend(next() < 0.5), 'ended');
    if (next() < 0.5) scene.type();
    scene.take(replaced.resume(), 'growing');
  }
  scene.take(replaced.end(), 'ended');
  const isRight = scene.scope === text || (replaced.leftLines > 0 && scene.scope.startsWith(text));
  if (text !== '' && scope === 'whole' && !scene.hasTypedInside && !scene.hasUndone && !isRight)
    scene.problems.push('The text is not the answer.');
  if (!scene.hasUndone && scope === 'whole') {
    // All lines of the answer are present and in order, around the typed text.
    const there = scene.text
      .replaceAll(mark, '')
      .split('\n')
      .map((line) => line.trim());
    let at = 0;
    for (const line of answer.map((each) => each.trim()).filter((each) => each !== '')) {
      at = there.indexOf(line, at) + 1;
      if (at === 0 && !isParted(scene.text, line)) scene.problems.push(`The line ${JSON.stringify(line)} of the answer is missing.`);
      if (at === 0) break;
    }
  }
  scene.undoAll();
  if (scene.text !== scene.before) scene.problems.push('Undoing all of it does not give the text before.');
  return scene.problems;
}

/** A line into which a line end was typed. */
function isParted(text: string, line: string): boolean {
  return text.replaceAll(/⟦\d+⟧\n?/g, '').includes(line);
}
