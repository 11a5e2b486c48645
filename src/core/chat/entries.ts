/** The entries of a conversation: questions, and answers that are requested, live or settled. */
import type { Citation, EndReason, StreamEvent, Usage } from '../../api.ts';
import type { EndEvent, LiveStream } from '../answer/liveStream.ts';
import type { Parameters } from '../provider/parameters.ts';
import { present } from '../present.ts';
import type { Tape } from '../answer/tape/tape.ts';
import type { Seam } from './page/protocol.ts';
import type { PictureSize } from './pictures/pictureSize.ts';

/** A file or selection attached to a question. */
export interface Attachment {
  readonly id: string;
  /** The name shown, such as `src/main.ts` or `src/main.ts:3-9`. */
  readonly name: string;
  /** VS Code's language id, for the fence. */
  readonly language: string;
  readonly text: string;
  /** Estimated with the tokenizer. */
  readonly tokens: number;
}

/** A picture attached to a question; its bytes are in a file next to the journal. */
export interface Picture {
  readonly type: 'image';
  readonly mime: string;
  /** The name of that file. */
  readonly file: string;
  /** The name shown. */
  readonly name: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** A small version, as a `data:` URL. */
  readonly thumbnail: string;
  /** The size before it was made smaller. */
  readonly from?: PictureSize;
}

/** From this question on, prompts leave out the messages up to a place. */
export interface Cut {
  /** The last entry left out. */
  readonly upTo: string;
  /** The answer to this question summarizes what is left out. */
  readonly summary?: true;
  /** The user's own summary, which replaces the answer's. */
  readonly text?: string;
  /** The user undid the cut: everything is sent again. */
  readonly undone?: true;
}

/** A question before it is asked. */
export interface Draft {
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly pictures?: readonly Picture[];
  /** Parameters for this question only. */
  readonly parameters?: Parameters;
  readonly cut?: Cut;
}

/** Only the fields of a draft. */
export function draftOf({ text, attachments, pictures, parameters, cut }: Draft): Draft {
  return { text, attachments, ...present({ pictures, parameters, cut }) };
}

export interface Question extends Draft {
  readonly role: 'user';
  readonly id: string;
  /** The answer it follows; undefined for the first question. */
  readonly parent: string | undefined;
  /** In ms since the epoch. */
  readonly askedAt: number;
  /** Several models were asked: their answers are shown side by side until one is picked. */
  readonly compared: boolean;
}

export interface Answer {
  readonly role: 'assistant';
  readonly id: string;
  /** The question it answers. */
  readonly parent: string;
  /** `"<endpoint id>/<model>"`. */
  readonly model: string;
  /** In ms since the epoch; undefined in journals of earlier versions. */
  readonly askedAt?: number;
  /** Parameters of this request, on top of the model's settings. */
  readonly parameters?: Parameters;
  /** What existed before this tape began; a resumed answer continues it. */
  readonly previous: AnswerText;
  readonly state: AskedAnswer | LiveAnswer | SettledAnswer;
}

/** The text and reasoning of an answer, the places where they were joined, and the sources cited. */
export interface AnswerText {
  readonly text: string;
  readonly reasoning: string;
  readonly seams: readonly Seam[];
  readonly citations: readonly Citation[];
}

/** Requested, but its stream does not exist yet: a key is being read, or an earlier answer is still running. */
export interface AskedAnswer {
  readonly type: 'asked';
  /** Resolves with undefined if the answer was stopped first. */
  readonly begun: Promise<LiveStream | undefined>;
}

export interface LiveAnswer {
  readonly type: 'live';
  readonly stream: LiveStream;
}

/** How an answer ended, as its `end` event reports it. */
export type AnswerOutcome = Pick<
  EndEvent,
  'reason' | 'usage' | 'timing' | 'error' | 'word' | 'detail' | 'stoppedBy' | 'leftOut' | 'unshown' | 'parts'
>;

/** Only the fields of an outcome. */
export function outcomeOf({ reason, usage, timing, ...more }: AnswerOutcome): AnswerOutcome {
  const { error, word, detail, stoppedBy, leftOut, unshown, parts } = more;
  return { reason, usage, timing, ...present({ error, word, detail, stoppedBy, leftOut, unshown, parts }) };
}

export interface SettledAnswer extends AnswerText, AnswerOutcome {
  readonly type: 'settled';
  /** The server may still have the answer under this handle; Resume reads it there before it sends a new request. */
  readonly handle?: string;
  /** The window or extension host ended while the answer was written; this is what had reached the disk. */
  readonly interrupted?: true;
}

export type Entry = Question | Answer;

/** A question that waits for the running answer. */
export interface Queued extends Draft {
  readonly role: 'queued';
  readonly id: string;
  readonly model: string;
  /** The models of a comparison. */
  readonly compare?: readonly string[];
}

export const nothingWritten: AnswerText = { text: '', reasoning: '', seams: [], citations: [] };

/** Whether more of the answer may arrive. A requested answer counts as running. */
export function isRunning({ state }: Answer): boolean {
  return state.type !== 'settled';
}

/** The handle under which a server keeps the answer. */
export function handleOf({ state }: Answer): string | undefined {
  if (state.type === 'asked') return undefined;
  return state.type === 'live' ? state.stream.handle : state.handle;
}

/** The text of an answer so far. */
export function written(answer: Answer): AnswerText {
  const { state } = answer;
  switch (state.type) {
    case 'asked':
      return answer.previous;
    case 'live':
      return readTape(state.stream.tape, answer.previous);
    case 'settled':
      return state;
    default:
      return state satisfies never;
  }
}

const nothingCounted: Usage = { prompt: 0, completion: 0, total: 0, estimated: true, attempts: 1 };

/** An answer without an end was cut off, whatever its server did later. */
export function interrupted({ text, reasoning, seams, citations }: AnswerText, usage = nothingCounted): SettledAnswer {
  const timing = { totalMs: 0, waitsMs: 0 };
  return { type: 'settled', text, reasoning, seams, citations, reason: 'truncated', usage, timing, interrupted: true };
}

/** The entry as it would be read back if its window ended now. */
export function snapshotOf(entry: Entry): Entry {
  if (entry.role === 'user' || !isRunning(entry)) return entry;
  return { ...entry, state: { ...interrupted(written(entry)), ...present({ handle: handleOf(entry) }) } };
}

/** The text before a tape, followed by the tape so far. */
export function readTape(tape: Tape<StreamEvent>, before: AnswerText): AnswerText {
  let text = before.text;
  let reasoning = before.reasoning;
  const seams = [...before.seams];
  let { citations } = before;
  for (let place = 0; place < tape.length; place++) {
    const event = tape.at(place);
    if (event?.type === 'text') text += event.text;
    else if (event?.type === 'reasoning') reasoning += event.text;
    else if (event?.type === 'seam') seams.push(seamOf(event));
    else if (event?.type === 'end') citations = mergeCitations(before.citations, event.citations ?? []);
  }
  return { text, reasoning, seams, citations };
}

export function seamOf({ part, offset, anew, model }: Extract<StreamEvent, { type: 'seam' }>): Seam {
  return { at: offset, ...present({ part: part === 'reasoning' ? part : undefined, anew, model }) };
}

/** Joins two lists; each address occurs once. */
export function mergeCitations(before: readonly Citation[], after: readonly Citation[]): readonly Citation[] {
  const known = new Set(before.map(({ url }) => url));
  return [...before, ...after.filter(({ url }) => !known.has(url))];
}

/** Whether an answer that ended this way can be continued. */
const resumable: Readonly<Record<EndReason, boolean>> = {
  stop: false,
  length: true,
  'content-filter': false,
  'tool-calls': false,
  other: false,
  cancelled: true,
  limit: true,
  trigger: true,
  truncated: true,
  error: true,
};

export const endReasons = Object.keys(resumable) as readonly EndReason[];

export function isResumable(reason: EndReason): boolean {
  return resumable[reason];
}
