/** A conversation as lines on disk: what happened to it in order, one JSON object per line, only ever appended. */
import * as v from 'valibot';
import type { ErrorKind, StoppedBy } from '../../../api.ts';
import { rules } from '../../answer/retryPolicy.ts';
import type { Saved } from '../saved.ts';
import { type AnswerOutcome, endReasons, type Entry, handleOf, outcomeOf, type SettledAnswer, written } from '../entries.ts';
import { thumbnailAddress } from '../pictures/pictureKind.ts';
import { type KeptPart, keptParts } from './keptParts.ts';

/** Version 1 kept texts alone. */
export const version = 2;

const errorKinds = Object.keys(rules) as readonly ErrorKind[];
const number = v.pipe(v.number(), v.finite());
const count = v.pipe(number, v.minValue(0));
const id = v.string();

const attachment = v.object({ id, name: v.string(), language: v.string(), text: v.string(), tokens: count });
const pixels = v.pipe(number, v.integer(), v.minValue(1));
export const keptPicture = v.object({
  type: v.literal('image'),
  mime: v.string(),
  file: v.string(),
  name: v.string(),
  width: pixels,
  height: pixels,
  bytes: count,
  /** The page shows it as it is, so nothing else may stand here. */
  thumbnail: v.fallback(v.pipe(v.string(), v.regex(thumbnailAddress)), ''),
  from: v.exactOptional(v.object({ width: pixels, height: pixels })),
});
const pictures = v.exactOptional(v.array(keptPicture));
/** What a later version adds is kept. */
const parameters = v.looseObject({
  temperature: v.exactOptional(number),
  topP: v.exactOptional(number),
  stop: v.exactOptional(v.array(v.string())),
  maxTokens: v.exactOptional(count),
  effort: v.exactOptional(v.string()),
  verbosity: v.exactOptional(v.string()),
  body: v.exactOptional(v.record(v.string(), v.unknown())),
});
const cutFields = v.object({
  upTo: id,
  summary: v.exactOptional(v.literal(true)),
  text: v.exactOptional(v.string()),
  undone: v.exactOptional(v.literal(true)),
});
const cut = v.exactOptional(cutFields);
const queued = v.object({
  role: v.literal('queued'),
  id,
  text: v.string(),
  attachments: v.array(attachment),
  pictures,
  parameters: v.exactOptional(parameters),
  cut,
  model: v.string(),
  compare: v.exactOptional(v.array(v.string())),
});
/** What a later version adds to these is kept. */
const usage = v.looseObject({
  prompt: count,
  completion: count,
  total: count,
  reasoning: v.exactOptional(count),
  cached: v.exactOptional(count),
  estimated: v.boolean(),
  attempts: count,
});
const timing = v.looseObject({
  firstTokenMs: v.exactOptional(number),
  reasoningMs: v.exactOptional(number),
  totalMs: number,
  waitsMs: number,
});
const error = v.looseObject({
  kind: v.fallback(v.picklist(errorKinds), 'server'),
  message: v.string(),
  status: v.exactOptional(number),
});

/** Number formatters throw on anything else. */
const currency = v.pipe(v.string(), v.regex(/^[A-Z]{3}$/));
/** A later version may know more limits. */
const isStoppedBy = (value: unknown): boolean =>
  v.is(
    v.union([
      v.looseObject({ limit: v.string(), value: v.exactOptional(number), currency: v.exactOptional(currency) }),
      v.looseObject({ trigger: v.string() }),
    ]),
    value,
  );

const citation = v.object({ url: v.string(), title: v.exactOptional(v.string()) });

const journalLine = v.variant('t', [
  v.object({ t: v.literal('head'), version: v.picklist([1, version]), id }),
  v.object({
    t: v.literal('question'),
    id,
    parent: v.exactOptional(id),
    askedAt: number,
    text: v.string(),
    attachments: v.exactOptional(v.array(attachment)),
    pictures,
    parameters: v.exactOptional(parameters),
    cut,
    compared: v.exactOptional(v.boolean()),
  }),
  v.object({
    t: v.literal('answer'),
    id,
    parent: id,
    model: v.string(),
    askedAt: v.exactOptional(number),
    parameters: v.exactOptional(parameters),
  }),
  /** `at`: the length of what was there before, in UTF-16 units; it reveals a missing line. */
  v.object({ t: v.literal('text'), id, at: count, s: v.string() }),
  v.object({ t: v.literal('reasoning'), id, at: count, s: v.string() }),
  v.object({
    t: v.literal('seam'),
    id,
    at: count,
    part: v.exactOptional(v.literal('reasoning')),
    anew: v.exactOptional(v.object({ prompt: count, completion: count })),
    model: v.exactOptional(v.string()),
  }),
  /** All that the answer refers to. */
  v.object({ t: v.literal('citations'), id, items: v.array(citation) }),
  v.object({
    t: v.literal('end'),
    id,
    reason: v.picklist(endReasons),
    usage,
    timing,
    error: v.exactOptional(error),
    word: v.exactOptional(v.string()),
    detail: v.exactOptional(v.string()),
    stoppedBy: v.exactOptional(v.custom<StoppedBy>(isStoppedBy)),
    leftOut: v.exactOptional(v.array(v.string())),
    unshown: v.exactOptional(v.array(v.string())),
    /** Left out where they are the text alone. What they hold is looked at when all of the text is there. */
    parts: v.exactOptional(v.array(v.unknown())),
    /** Where earlier versions kept what is part of the timing now. */
    reasoningMs: v.exactOptional(number),
  }),
  /** A server keeps the answer under this handle; without one, none does any more. */
  v.object({ t: v.literal('kept'), id, handle: v.exactOptional(v.string()) }),
  /** An answer that had ended is continued. */
  v.object({ t: v.literal('resume'), id }),
  v.object({ t: v.literal('choose'), id }),
  v.object({ t: v.literal('queue'), items: v.array(queued) }),
  v.object({ t: v.literal('rename'), title: v.string() }),
  /** What a question leaves out of prompts, as it is from now on. */
  v.object({ t: v.literal('cut'), id, cut: cutFields }),
  /** All that the conversation's next questions are asked with. */
  v.object({ t: v.literal('parameters'), parameters }),
  /** This journal is a copy whose rest follows; `lines` belong after the rest, but must not wait for it. */
  v.object({ t: v.literal('copying'), lines: v.string() }),
  /** The copy is complete, and the lines above stand at their place. */
  v.object({ t: v.literal('copied') }),
]);

type Deep<T> = T extends readonly unknown[] | object ? { readonly [K in keyof T]: Deep<T[K]> } : T;
type Parsed = Deep<v.InferOutput<typeof journalLine>>;
/** The end holds the API's own types, so that a field that is new there is written down and read back. */
export type JournalLine =
  | Exclude<Parsed, { t: 'end' }>
  | (Omit<AnswerOutcome, 'parts'> & {
      readonly t: 'end';
      readonly id: string;
      readonly parts?: readonly KeptPart[] | readonly unknown[];
      readonly reasoningMs?: number;
    });

export function lineOf(line: JournalLine): string {
  return `${JSON.stringify(line)}\n`;
}

const types: ReadonlySet<unknown> = new Set(journalLine.options.map(({ entries }) => entries.t.literal));

/** Undefined when it is none, or one of its inner values has the wrong type; `unknown` when it is of a later version. */
export function parseJournalLine(line: string): JournalLine | 'unknown' | undefined {
  // Every line that was ever written begins like this; megabytes of something else need not be parsed.
  if (!line.startsWith('{"t":"')) return undefined;
  try {
    const value: { readonly t: unknown } = JSON.parse(line);
    if (!types.has(value.t)) return 'unknown';
    const parsed = v.safeParse(journalLine, value, { abortEarly: true });
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

const longestPiece = 256 * 1024;

/**
 * The journal of a conversation as if it had been written down from the start, in pieces of whole lines: none is much
 * longer than a quarter of a million characters unless one line is.
 */
export function* linePiecesOf(saved: Saved): Generator<string> {
  let piece = '';
  for (const line of journalOf(saved)) {
    piece += lineOf(line);
    if (piece.length < longestPiece) continue;
    yield piece;
    piece = '';
  }
  yield piece + (saved.unknown ?? []).map((line) => `${line}\n`).join('');
}

function* journalOf({ id: own, entries, chosen, queue, title = '', parameters: set = {} }: Saved): Generator<JournalLine> {
  yield { t: 'head', version, id: own };
  for (const entry of entries) yield* linesOfEntry(entry);
  for (const one of chosen) yield { t: 'choose', id: one };
  if (queue.length > 0) yield { t: 'queue', items: queue };
  if (title !== '') yield { t: 'rename', title };
  if (Object.keys(set).length > 0) yield { t: 'parameters', parameters: set };
}

/** A long text takes several lines, so that none takes long to read. */
function wordLines(t: 'text' | 'reasoning', of: string, words: string): JournalLine[] {
  const lines: JournalLine[] = [];
  for (let at = 0; at < words.length; at += longestPiece) lines.push({ t, id: of, at, s: words.slice(at, at + longestPiece) });
  return lines;
}

/** An entry as it is now; an answer that is still running has no end. */
export function linesOfEntry(entry: Entry): readonly JournalLine[] {
  if (entry.role === 'user') {
    const { id, parent, askedAt, text, attachments, pictures: shown = [], parameters: own, cut: from, compared } = entry;
    return [
      {
        t: 'question',
        id,
        ...(parent === undefined ? {} : { parent }),
        askedAt,
        text,
        ...(attachments.length === 0 ? {} : { attachments }),
        ...(shown.length === 0 ? {} : { pictures: shown }),
        ...(own === undefined ? {} : { parameters: own }),
        ...(from === undefined ? {} : { cut: from }),
        ...(compared ? { compared } : {}),
      },
    ];
  }
  const { id, parent, model, askedAt, parameters: asked, state } = entry;
  const { reasoning, text, seams, citations } = written(entry);
  const handle = handleOf(entry);
  return [
    {
      t: 'answer',
      id,
      parent,
      model,
      ...(askedAt === undefined ? {} : { askedAt }),
      ...(asked === undefined ? {} : { parameters: asked }),
    },
    ...(handle === undefined ? [] : [{ t: 'kept', id, handle } as const]),
    ...wordLines('reasoning', id, reasoning),
    ...wordLines('text', id, text),
    ...seams.map((seam): JournalLine => ({ t: 'seam', id, ...seam })),
    ...(citations.length === 0 ? [] : [{ t: 'citations', id, items: citations } as const]),
    ...(state.type !== 'settled' || (state.interrupted && state.usage.total === 0) ? [] : [endLine(id, state)]),
    // What it had used before it was resumed, and broken off by the end of the window.
    ...(state.type === 'settled' && state.interrupted && state.usage.total > 0 ? [{ t: 'resume', id } as const] : []),
  ];
}

export function endLine(id: string, answer: SettledAnswer): JournalLine {
  const { parts, ...end } = outcomeOf(answer);
  return { t: 'end', id, ...end, ...(parts === undefined ? {} : { parts: keptParts(parts, answer) }) };
}
