/**
 * Reads a journal back into a conversation, line by line in the order in which things happened. A damaged line costs what
 * stood in it: lines that depend on one that was lost are attached to stand-ins, so that their words stay readable.
 */
import type { Usage } from '../../../api.ts';
import type { Saved } from '../saved.ts';
import { type Answer, type AnswerText, type Cut, interrupted, nothingWritten, type Queued } from '../entries.ts';
import type { Seam } from '../page/protocol.ts';
import type { Parameters } from '../../provider/parameters.ts';
import { type JournalLine, parseJournalLine } from './journal.ts';
import { partsOfKept } from './keptParts.ts';
import { Tree } from '../tree.ts';

/** How much of a line was used: all of it as it was written, some of it, or nothing. A line of a later version counts as whole. */
export type LineUse = 'whole' | 'partly' | 'nothing';

/** Shown in place of what was lost. */
const lost = '\uFFFD';

/** Reads a journal that is in memory in pieces of whole lines; undefined when nothing of it can be read. */
export function savedIn(journal: Iterable<string>, id?: string): Saved | undefined {
  const state = new Replay(id);
  for (const piece of journal) for (const line of piece.split('\n')) if (line !== '') state.take(line);
  return state.saved;
}

/** An answer while it is read. */
interface Reading {
  text: string;
  reasoning: string;
  seams: Seam[];
  /** The `at` that the next line must have; undefined after a line whose length is not known. */
  next: { text: number | undefined; reasoning: number | undefined };
  /** Lengths at which the answer was resumed. */
  readonly resumed: { readonly text: number; readonly reasoning: number }[];
  end: EndLine | undefined;
  /** What it had used when it was resumed. */
  counted: Usage | undefined;
  /** Some of its words are lost, so that places in them mean nothing. */
  damaged: boolean;
  citations: AnswerText['citations'];
  handle: string | undefined;
}

type EndLine = Extract<JournalLine, { t: 'end' }>;

export class Replay {
  #id: string | undefined;
  readonly #tree = new Tree();
  readonly #readings = new Map<string, Reading>();
  readonly #unknown: string[] = [];
  #queue: readonly Queued[] = [];
  #title = '';
  #parameters: Parameters | undefined;
  /** Something that later lines may depend on could not be read. */
  #lost = false;
  #foreign = false;
  #begun = false;
  #headed = false;
  /** Lines that follow the rest of a copy; undefined if nothing is missing. */
  #later: string | undefined;

  /** @param id of the conversation; by default what the first line says */
  constructor(id?: string) {
    this.#id = id;
  }

  /** @param lossy bytes of the line were no text and have been replaced, so its length says nothing */
  take(line: string, lossy = false): LineUse {
    if (this.#foreign) return 'nothing';
    const parsed = parseJournalLine(line);
    const first = !this.#begun;
    this.#begun = true;
    // The journal of a later version, which must stay as it is.
    if (first && parsed === undefined && /^\{"t":"head","version":(?![12],)/.test(line)) this.#foreign = true;
    if (parsed === undefined || parsed === 'unknown' || (first && parsed.t !== 'head')) this.#lost = true;
    if (parsed === undefined) return 'nothing';
    if (parsed === 'unknown') {
      this.#unknown.push(line);
      return lossy ? 'partly' : 'whole';
    }
    const use = this.#apply(parsed, first, lossy);
    return lossy && use === 'whole' ? 'partly' : use;
  }

  /** Whether this is a copy whose rest was never written. */
  get isCutCopy(): boolean {
    return this.#later !== undefined;
  }

  /** Undefined when there is nothing that could be shown. */
  get saved(): Saved | undefined {
    this.#takeLater();
    if (this.#foreign || this.#id === undefined) return undefined;
    const entries = this.#tree.all.map((entry) => (entry.role === 'user' ? entry : settled(entry, this.#readings.get(entry.id)!)));
    if (entries.length === 0 && !this.#headed) return undefined;
    return {
      id: this.#id,
      ...(this.#title === '' ? {} : { title: this.#title }),
      entries,
      chosen: this.#tree.choices,
      queue: this.#queue,
      ...(this.#parameters === undefined ? {} : { parameters: this.#parameters }),
      ...(this.#unknown.length === 0 ? {} : { unknown: this.#unknown }),
    };
  }

  #apply(line: JournalLine, first: boolean, lossy: boolean): LineUse {
    switch (line.t) {
      case 'head':
        this.#id ??= line.id;
        this.#headed ||= first;
        return first ? 'whole' : 'nothing';
      case 'question':
        return this.#question(line);
      case 'answer':
        return this.#answer(line);
      case 'text':
      case 'reasoning':
        return this.#words(line, lossy);
      case 'seam':
        return this.#with(line.id, (answer) => {
          const { t: _, id: __, ...seam } = line;
          answer.seams.push(seam);
        });
      case 'citations':
        return this.#with(line.id, (answer) => (answer.citations = line.items));
      case 'kept':
        return this.#with(line.id, (answer) => (answer.handle = line.handle));
      case 'end':
        return this.#with(line.id, (answer) => (answer.end = line));
      case 'resume':
        return this.#with(line.id, (answer) => {
          answer.counted = answer.end?.usage ?? answer.counted;
          answer.end = undefined;
          answer.resumed.push({ text: answer.text.length, reasoning: answer.reasoning.length });
        });
      case 'choose':
        this.#tree.choose(line.id);
        return this.#tree.find(line.id) === undefined ? 'nothing' : 'whole';
      case 'queue':
        this.#queue = line.items;
        return 'whole';
      case 'rename':
        this.#title = line.title;
        return 'whole';
      case 'cut':
        return this.#cut(line.id, line.cut);
      case 'parameters':
        this.#parameters = line.parameters;
        return 'whole';
      case 'copying':
        this.#later = (this.#later ?? '') + line.lines;
        return 'whole';
      case 'copied':
        this.#later = undefined;
        return 'whole';
      default:
        return line satisfies never;
    }
  }

  /** What was said while the rest of a copy was being written follows what there is of it. */
  #takeLater(): void {
    while (this.#later) {
      const lines = this.#later.split('\n');
      this.#later = '';
      this.#lost = true;
      for (const line of lines) if (line !== '') this.take(line);
    }
  }

  #question(line: Extract<JournalLine, { t: 'question' }>): LineUse {
    const { id, askedAt, text, attachments = [], pictures, parameters, cut, compared = false } = line;
    // Said twice; once is enough.
    if (this.#tree.find(id) !== undefined) return 'whole';
    const known = line.parent === undefined || this.#tree.find(line.parent) !== undefined;
    if (!known && !this.#lost) return 'nothing';
    const parent = known ? line.parent : this.#tree.all.at(-1)?.id;
    const own = { ...(parameters === undefined ? {} : { parameters }), ...(cut === undefined ? {} : { cut }) };
    const said = { text, attachments, ...(pictures === undefined ? {} : { pictures }), ...own };
    this.#tree.add({ role: 'user', id, parent, askedAt, ...said, compared });
    return known ? 'whole' : 'partly';
  }

  #cut(id: string, cut: Cut): LineUse {
    const question = this.#tree.question(id);
    if (question === undefined) return 'nothing';
    this.#tree.replace({ ...question, cut });
    return 'whole';
  }

  #answer({ id, parent, model, askedAt, parameters }: Omit<Extract<JournalLine, { t: 'answer' }>, 't'>): LineUse {
    if (this.#tree.find(id) !== undefined) return 'whole';
    const question = this.#tree.find(parent);
    if (question === undefined ? !this.#lost || id === parent : question.role !== 'user') return 'nothing';
    if (question === undefined) {
      const before = this.#tree.all.at(-1)?.id;
      this.#tree.add({ role: 'user', id: parent, parent: before, askedAt: 0, text: lost, attachments: [], compared: false });
    }
    const asked = { ...(askedAt === undefined ? {} : { askedAt }), ...(parameters === undefined ? {} : { parameters }) };
    this.#tree.add({ role: 'assistant', id, parent, model, ...asked, previous: nothingWritten, state: interrupted(nothingWritten) });
    const next = { text: 0, reasoning: 0 };
    const read = { next, resumed: [], end: undefined, counted: undefined, damaged: false, handle: undefined };
    this.#readings.set(id, { ...read, text: '', reasoning: '', seams: [], citations: [] });
    return question === undefined ? 'partly' : 'whole';
  }

  #words({ t: part, id, at, s }: Extract<JournalLine, { t: 'text' | 'reasoning' }>, lossy: boolean): LineUse {
    const answer = this.#reading(id);
    if (answer === undefined) return 'nothing';
    const next = answer.next[part] ?? at;
    const has = answer[part];
    if (at > next) {
      if (!this.#lost) return 'nothing';
      answer[part] += lost;
    } else if (at < next) {
      if (has.slice(at, at + s.length) === s && next === has.length) return 'whole';
      // Written by a version that could resume an answer twice at once: the second replaced the first.
      if (!answer.resumed.some((length) => length[part] === at) || next !== has.length) return 'nothing';
      answer[part] = has.slice(0, at);
      answer.seams = answer.seams.filter((seam) => (seam.part ?? 'text') !== part || seam.at <= at);
    }
    answer.damaged ||= lossy || at > next;
    answer[part] += s;
    answer.next[part] = lossy ? undefined : at + s.length;
    return at > next ? 'partly' : 'whole';
  }

  #with(id: string, change: (answer: Reading) => void): LineUse {
    const answer = this.#reading(id);
    if (answer === undefined) return 'nothing';
    change(answer);
    return 'whole';
  }

  /** A line about an answer whose own line was lost belongs to the last question. */
  #reading(id: string): Reading | undefined {
    const known = this.#readings.get(id);
    if (known !== undefined || !this.#lost || this.#tree.find(id) !== undefined) return known;
    const question = this.#tree.all.findLast(({ role }) => role === 'user');
    if (question === undefined) return undefined;
    this.#answer({ id, parent: question.id, model: lost });
    return this.#readings.get(id);
  }
}

function settled(begun: Answer, { text, reasoning, seams, citations, damaged, end, counted, handle }: Reading): Answer {
  // Where words are lost, what the server has cannot be compared with them.
  const kept = handle === undefined || damaged ? {} : { handle };
  if (end === undefined) return { ...begun, state: { ...interrupted({ text, reasoning, seams, citations }, counted), ...kept } };
  const { t: _, id: __, reasoningMs, parts: keptParts, ...ending } = end;
  const timing = reasoningMs === undefined ? end.timing : { ...end.timing, reasoningMs };
  const parts = keptParts === undefined || damaged ? undefined : partsOfKept(keptParts, { text, reasoning });
  const said = { text, reasoning, seams, citations, ...(parts === undefined ? {} : { parts }) };
  const again = end.reason === 'truncated' || end.reason === 'error' ? kept : {};
  return { ...begun, state: { type: 'settled', ...said, ...ending, timing, ...again } };
}
