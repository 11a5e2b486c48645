/**
 * A conversation as lines on disk: what happened to it, one JSON object per line, only ever appended. Reading stops at the
 * first line that is not whole or does not fit; all before it stands.
 */
import type { EndReason, StreamError, Timing, Usage } from '../../api.ts';
import type { Saved } from './conversation.ts';
import { type Answer, type Attachment, type Entry, nothingWritten, type Queued, type SettledAnswer } from './entries.ts';

export type JournalLine =
  | { readonly t: 'head'; readonly version: 1; readonly id: string }
  | {
      readonly t: 'question';
      readonly id: string;
      readonly parent?: string;
      readonly askedAt: number;
      readonly text: string;
      readonly attachments?: readonly Attachment[];
      readonly compared?: true;
    }
  | { readonly t: 'answer'; readonly id: string; readonly parent: string; readonly model: string }
  /** `at`: the length of what was there before, in UTF-16 units; it tells when a line is missing. */
  | { readonly t: 'text' | 'reasoning'; readonly id: string; readonly at: number; readonly s: string }
  | { readonly t: 'seam'; readonly id: string; readonly at: number }
  | {
      readonly t: 'end';
      readonly id: string;
      readonly reason: EndReason;
      readonly usage: Usage;
      readonly timing: Timing;
      readonly error?: StreamError;
      readonly reasoningMs?: number;
    }
  /** An answer that had ended goes on. */
  | { readonly t: 'resume'; readonly id: string }
  | { readonly t: 'choose'; readonly id: string }
  | { readonly t: 'queue'; readonly items: readonly Queued[] }
  | { readonly t: 'rename'; readonly title: string };

export interface Replayed {
  readonly saved: Saved;
  /** Characters of the journal that could be read; what follows them could not. */
  readonly good: number;
}

export function lineOf(line: JournalLine): string {
  return `${JSON.stringify(line)}\n`;
}

/** Undefined when not even the first line is one of a journal. */
export function replay(journal: string): Replayed | undefined {
  const first = parse(journal.slice(0, Math.max(0, journal.indexOf('\n'))));
  if (first?.t !== 'head' || first.version !== 1) return undefined;
  const state = new Replay(first.id);
  let good = journal.indexOf('\n') + 1;
  for (;;) {
    const end = journal.indexOf('\n', good);
    if (end === -1) break;
    const line = parse(journal.slice(good, end));
    if (line === undefined || !state.apply(line)) break;
    good = end + 1;
  }
  return { saved: state.saved, good };
}

/** What a conversation would look like had it been written down from the start: for one that was copied. */
export function linesOf(saved: Saved): string {
  const lines: JournalLine[] = [{ t: 'head', version: 1, id: saved.id }];
  for (const entry of saved.entries) lines.push(...linesOfEntry(entry));
  for (const id of saved.chosen) lines.push({ t: 'choose', id });
  if (saved.queue.length > 0) lines.push({ t: 'queue', items: saved.queue });
  if (saved.title !== undefined) lines.push({ t: 'rename', title: saved.title });
  return lines.map(lineOf).join('');
}

/** An entry as it is when it has just been added: of an answer, what stands before its tape. */
export function linesOfEntry(entry: Entry): readonly JournalLine[] {
  if (entry.role === 'user') {
    const { id, parent, askedAt, text, attachments, compared } = entry;
    return [
      {
        t: 'question',
        id,
        ...(parent === undefined ? {} : { parent }),
        askedAt,
        text,
        ...(attachments.length === 0 ? {} : { attachments }),
        ...(compared ? { compared } : {}),
      },
    ];
  }
  const { id, parent, model, state } = entry;
  const begun: JournalLine = { t: 'answer', id, parent, model };
  if (state.type === 'live') return [begun];
  const { reasoning, text, seams } = state;
  return [
    begun,
    { t: 'reasoning', id, at: 0, s: reasoning },
    { t: 'text', id, at: 0, s: text },
    ...seams.map((at): JournalLine => ({ t: 'seam', id, at })),
    ...(state.interrupted ? [] : [endLine(id, state)]),
  ];
}

export function endLine(id: string, { reason, usage, timing, error, reasoningMs }: SettledAnswer): JournalLine {
  return {
    t: 'end',
    id,
    reason,
    usage,
    timing,
    ...(error === undefined ? {} : { error }),
    ...(reasoningMs === undefined ? {} : { reasoningMs }),
  };
}

/** An answer while it is read. */
interface Reading {
  readonly begun: Answer;
  text: string;
  reasoning: string;
  seams: number[];
  end: Extract<JournalLine, { t: 'end' }> | undefined;
}

class Replay {
  readonly #id: string;
  readonly #entries = new Map<string, Entry | Reading>();
  readonly #chosen: string[] = [];
  #queue: readonly Queued[] = [];
  #title: string | undefined;

  constructor(id: string) {
    this.#id = id;
  }

  /** False when the line does not go with those before it. */
  apply(line: JournalLine): boolean {
    switch (line.t) {
      case 'head':
        return false;
      case 'question': {
        if (line.parent !== undefined && !this.#entries.has(line.parent)) return false;
        const { id, parent, askedAt, text, attachments = [], compared = false } = line;
        this.#entries.set(id, { role: 'user', id, parent, askedAt, text, attachments, compared });
        return true;
      }
      case 'answer': {
        if (!this.#entries.has(line.parent)) return false;
        const { id, parent, model } = line;
        const begun: Answer = { role: 'assistant', id, parent, model, previous: nothingWritten, state: interrupted(nothingWritten) };
        this.#entries.set(id, { begun, text: '', reasoning: '', seams: [], end: undefined });
        return true;
      }
      case 'text':
      case 'reasoning': {
        const answer = this.#reading(line.id);
        if (answer?.[line.t].length !== line.at) return false;
        answer[line.t] += line.s;
        return true;
      }
      case 'seam':
        return this.#reading(line.id)?.seams.push(line.at) !== undefined;
      case 'end':
      case 'resume': {
        const answer = this.#reading(line.id);
        if (answer === undefined) return false;
        answer.end = line.t === 'end' ? line : undefined;
        return true;
      }
      case 'choose':
        this.#chosen.push(line.id);
        return this.#entries.has(line.id);
      case 'queue':
        this.#queue = line.items;
        return true;
      case 'rename':
        this.#title = line.title;
        return true;
      default:
        line satisfies never;
        return false;
    }
  }

  get saved(): Saved {
    return {
      id: this.#id,
      ...(this.#title === undefined || this.#title === '' ? {} : { title: this.#title }),
      entries: [...this.#entries.values()].map((entry) => ('begun' in entry ? settled(entry) : entry)),
      chosen: this.#chosen,
      queue: this.#queue,
    };
  }

  #reading(id: string): Reading | undefined {
    const entry = this.#entries.get(id);
    return entry !== undefined && 'begun' in entry ? entry : undefined;
  }
}

function settled({ begun, text, reasoning, seams, end }: Reading): Answer {
  if (end === undefined) return { ...begun, state: interrupted({ text, reasoning, seams }) };
  const { t: _, id: __, ...ending } = end;
  return { ...begun, state: { type: 'settled', text, reasoning, seams, ...ending } };
}

/** An answer whose end was never written down was cut off, whatever its server did later. */
function interrupted(written: Pick<SettledAnswer, 'text' | 'reasoning' | 'seams'>): SettledAnswer {
  const usage: Usage = { prompt: 0, completion: 0, total: 0, estimated: true, attempts: 1 };
  return { type: 'settled', ...written, reason: 'truncated', usage, timing: { totalMs: 0, waitsMs: 0 }, interrupted: true };
}

/** The fields that each kind of line cannot do without, by their types. */
const fields: { readonly [T in JournalLine['t']]: Readonly<Record<string, 'string' | 'number' | 'object'>> } = {
  head: { version: 'number', id: 'string' },
  question: { id: 'string', askedAt: 'number', text: 'string' },
  answer: { id: 'string', parent: 'string', model: 'string' },
  text: { id: 'string', at: 'number', s: 'string' },
  reasoning: { id: 'string', at: 'number', s: 'string' },
  seam: { id: 'string', at: 'number' },
  end: { id: 'string', reason: 'string', usage: 'object', timing: 'object' },
  resume: { id: 'string' },
  choose: { id: 'string' },
  queue: { items: 'object' },
  rename: { title: 'string' },
};

function parse(line: string): JournalLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('t' in value)) return undefined;
  const wanted = typeof value.t === 'string' && Object.hasOwn(fields, value.t) ? fields[value.t as JournalLine['t']] : undefined;
  if (wanted === undefined) return undefined;
  const has = value as Readonly<Record<string, unknown>>;
  const whole = Object.entries(wanted).every(([name, type]) => typeof has[name] === type && has[name] !== null);
  return whole ? (value as JournalLine) : undefined;
}
