// Random answers to random old text: cut anywhere, stopped, resumed and decided about on the way, and what must hold.
import { PlaceText } from '../../src/core/edit/placeText.ts';
import type { Scope } from '../../src/core/edit/placingDiff.ts';
import { ReplacedText } from '../../src/core/edit/replacedText.ts';
import { expectedText, type Step } from '../../src/core/edit/step.ts';
import { ChangeLedger, type PendingChange, textBefore } from '../../src/core/insert/changeLedger.ts';
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

/** An edit of the old lines, some of it moved, doubled or written anew. */
function edited(next: Random, old: readonly string[]): string[] {
  const answer = [...old];
  for (let edits = between(next, 0, 6); edits > 0; edits--) {
    const at = between(next, 0, answer.length);
    const put = next() < 0.3 ? old.slice(at, at + between(next, 1, 8)) : lines(next).slice(0, between(next, 0, 6));
    answer.splice(at, between(next, 0, 5), ...put);
  }
  return answer;
}

/** What an editor would hold: the text before the place where the answer goes on, and after it. */
class Editor {
  put = '';
  rest: string;
  readonly problems: string[] = [];

  constructor(old: string) {
    this.rest = old;
  }

  take(steps: readonly Step[]): void {
    if (!this.rest.startsWith(expectedText(steps))) this.problems.push('The steps expect other old text.');
    for (const step of steps) {
      switch (step.type) {
        case 'back':
          if (!this.put.endsWith(step.text)) this.problems.push('It takes back what is not there.');
          this.put = this.put.slice(0, this.put.length - step.text.length);
          break;
        case 'pass':
        case 'remove':
          if (step.type === 'pass') this.put += step.text;
          this.rest = this.rest.slice(step.text.length);
          break;
        case 'put':
          this.put += step.text;
          this.rest = step.lead + this.rest;
          break;
        case 'clear':
          this.rest = '';
          break;
        default:
          step satisfies never;
      }
    }
  }
}

export async function editCase(seed: number): Promise<readonly string[]> {
  const next = seeded(seed);
  const old = lines(next);
  const answer = (next() < 0.8 ? edited(next, old) : lines(next)).join('\n');
  const scope: Scope = next() < 0.25 ? 'part' : 'whole';
  const [text, replaced, place] = [old.join('\n'), new ReplacedText(old.join('\n'), true, scope), new PlaceText(old.join('\n'))];
  const editor = new Editor(text);
  const ledger = new ChangeLedger();
  let before = text;
  let hasDecided = false;
  const look = (when: string): void => {
    const now = textBefore(editor.put + editor.rest, ledger.pending);
    if (now !== before) editor.problems.push(`${when}: the text before is another.`);
  };
  const take = (steps: readonly Step[], state: 'growing' | 'ended'): void => {
    editor.take(steps);
    place.apply(steps);
    replaced.landed();
    const openLine = state === 'growing' ? replaced.lineCount : Infinity;
    ledger.update({ place: 0, changes: replaced.changes('\n'), end: editor.put.length, length: place.put.length, openLine });
    look(state);
  };
  const decide = (change: PendingChange): void => {
    hasDecided = true;
    if (next() < 0.5) {
      ledger.decide(change, 'kept', replaced.decide(change.line));
      before = textBefore(editor.put + editor.rest, ledger.pending);
      return;
    }
    const { start, end } = change.span;
    const whole = editor.put + editor.rest;
    const at = Math.max(end, editor.put.length) - (end - start) + change.removed.length;
    const undone = whole.slice(0, start) + change.removed + whole.slice(end);
    [editor.put, editor.rest] = [undone.slice(0, at), undone.slice(at)];
    ledger.follow([{ rangeOffset: start, rangeLength: end - start, text: change.removed }]);
    ledger.decide(change, 'undone', replaced.decide(change.line));
    look('undone');
  };
  const mayDecide = next() < 0.5;
  const stopAt = next() < 0.4 ? between(next, 0, answer.length) : undefined;
  for (let from = 0; from < answer.length;) {
    const to = Math.min(stopAt !== undefined && from < stopAt ? stopAt : answer.length, from + between(next, 1, 60));
    take(replaced.take(answer.slice(from, to)), 'growing');
    from = to;
    const closed = ledger.pending.filter(({ isOpen }) => !isOpen);
    if (mayDecide && closed.length > 0 && next() < 0.3) decide(pick(next, closed));
    if (from !== stopAt) continue;
    take(replaced.suspend(next() < 0.5), 'ended');
    take(replaced.resume(), 'growing');
  }
  take(replaced.end(), 'ended');
  const whole = editor.put + editor.rest;
  const isRight = whole === answer || (replaced.leftLines > 0 && whole.startsWith(answer));
  if (answer !== '' && scope === 'whole' && !hasDecided && !isRight) editor.problems.push('The text is not the answer.');
  for (let [change] = ledger.pending; change !== undefined; [change] = ledger.pending) {
    const { start, end } = change.span;
    const undone = editor.put + editor.rest;
    [editor.put, editor.rest] = [undone.slice(0, start) + change.removed, undone.slice(end)];
    ledger.follow([{ rangeOffset: start, rangeLength: end - start, text: change.removed }]);
    ledger.decide(change, 'undone', 0);
  }
  if (editor.put + editor.rest !== before) editor.problems.push('Undoing all of it does not give the text before.');
  return editor.problems;
}
