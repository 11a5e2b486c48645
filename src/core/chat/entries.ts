/** What a conversation is made of: questions, and answers that are asked for, live or settled. */
import type { Citation, EndReason, StreamEvent } from '../../api.ts';
import type { EndEvent, LiveStream } from '../answer/liveStream.ts';
import type { Parameters } from '../provider/parameters.ts';
import { present } from '../present.ts';
import type { Tape } from '../answer/tape/tape.ts';
import type { PictureSize, Seam } from './page/protocol.ts';

/** A text that goes along with a question: a file, or a selection. */
export interface Attachment {
  readonly id: string;
  /** As people read it, such as `src/main.ts` or `src/main.ts:3-9`. */
  readonly name: string;
  /** VS Code's language id, for the fence. */
  readonly language: string;
  readonly text: string;
  /** An estimate with the tokenizer. */
  readonly tokens: number;
}

/** A picture of a question; its bytes are in a file beside the journal. */
export interface Picture {
  readonly type: 'image';
  readonly mime: string;
  /** Its name there. */
  readonly file: string;
  /** As people read it. */
  readonly name: string;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** A small one of it, as a `data:` address. */
  readonly thumbnail: string;
  /** What it measured before it was made smaller. */
  readonly from?: PictureSize;
}

/** From a question on, the messages before a place are not sent any more. */
export interface Cut {
  /** The last entry that is not sent. */
  readonly upTo: string;
  /** The answer to this question sums up what is not sent. */
  readonly summary?: true;
  /** The summary in the words of a person, in place of the answer's. */
  readonly text?: string;
  /** A person has taken it back: everything is sent again. */
  readonly undone?: true;
}

/** What a person is about to say. */
export interface Draft {
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly pictures?: readonly Picture[];
  /** What this question alone is asked with. */
  readonly parameters?: Parameters;
  /** From this question on, prompts are shorter. */
  readonly cut?: Cut;
}

/** A draft alone, of what may be more. */
export function draftOf({ text, attachments, pictures, parameters, cut }: Draft): Draft {
  return {
    text,
    attachments,
    ...(pictures === undefined ? {} : { pictures }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(cut === undefined ? {} : { cut }),
  };
}

export interface Question extends Draft {
  readonly role: 'user';
  readonly id: string;
  /** The answer it follows; undefined for a first question. */
  readonly parent: string | undefined;
  /** When it was asked, in ms since the epoch. */
  readonly askedAt: number;
  /** Asked of several models at once: until one of its answers is picked, all are shown side by side. */
  readonly compared: boolean;
}

export interface Answer {
  readonly role: 'assistant';
  readonly id: string;
  /** The question it answers. */
  readonly parent: string;
  /** `"<endpoint id>/<model>"`. */
  readonly model: string;
  /** When it was asked for, in ms since the epoch; earlier versions did not keep it. */
  readonly askedAt?: number;
  /** What it was asked with beside the parameters that the settings have for the model. */
  readonly parameters?: Parameters;
  /** The text before this tape began: a resumed answer continues it. */
  readonly previous: AnswerText;
  readonly state: AskedAnswer | LiveAnswer | SettledAnswer;
}

/** The texts of an answer, where each was joined, and what they refer to. */
export interface AnswerText {
  readonly text: string;
  readonly reasoning: string;
  readonly seams: readonly Seam[];
  readonly citations: readonly Citation[];
}

/** Asked for, but no stream exists yet: keys are being read, or an answer before it is still being written. */
export interface AskedAnswer {
  readonly type: 'asked';
  /** Undefined when the answer was stopped first. */
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

/** The outcome alone, of what may be more. */
export function outcomeOf({ reason, usage, timing, ...more }: AnswerOutcome): AnswerOutcome {
  const { error, word, detail, stoppedBy, leftOut, unshown, parts } = more;
  return { reason, usage, timing, ...present({ error, word, detail, stoppedBy, leftOut, unshown, parts }) };
}

export interface SettledAnswer extends AnswerText, AnswerOutcome {
  readonly type: 'settled';
  /** The server may still have the answer, under this handle: it is read from there before it is asked for again. */
  readonly handle?: string;
  /** The window or the extension host ended while it was written; this is what had reached the disk. */
  readonly interrupted?: true;
}

export type Entry = Question | Answer;

/** A question that waits for the answer before it. */
export interface Queued extends Draft {
  readonly role: 'queued';
  readonly id: string;
  readonly model: string;
  /** Asked of all these models at once. */
  readonly compare?: readonly string[];
}

export const nothingWritten: AnswerText = { text: '', reasoning: '', seams: [], citations: [] };

/** Whether more of the answer may come. An answer that is only asked for counts: its request is on the way. */
export function isRunning({ state }: Answer): boolean {
  return state.type !== 'settled';
}

/** What a server that keeps the answer knows it by. */
export function handleOf({ state }: Answer): string | undefined {
  switch (state.type) {
    case 'asked':
      return undefined;
    case 'live':
      return state.stream.handle;
    case 'settled':
      return state.handle;
    default:
      return state satisfies never;
  }
}

/** What there is of an answer now. */
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

/** The text before a tape and everything on the tape so far. */
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
    else if (event?.type === 'end') citations = together(before.citations, event.citations ?? []);
  }
  return { text, reasoning, seams, citations };
}

export function seamOf({ part, offset, anew, model }: Extract<StreamEvent, { type: 'seam' }>): Seam {
  return {
    at: offset,
    ...(part === 'reasoning' ? { part } : {}),
    ...(anew === undefined ? {} : { anew }),
    ...(model === undefined ? {} : { model }),
  };
}

/** Each address once. */
export function together(before: readonly Citation[], after: readonly Citation[]): readonly Citation[] {
  const known = new Set(before.map(({ url }) => url));
  return [...before, ...after.filter(({ url }) => !known.has(url))];
}

/** Whether an answer that ended this way can be continued. */
export function isResumable(reason: EndReason): boolean {
  switch (reason) {
    case 'truncated':
    case 'cancelled':
    case 'limit':
    case 'length':
    case 'error':
    case 'trigger':
      return true;
    case 'stop':
    case 'content-filter':
    case 'tool-calls':
    case 'other':
      return false;
    default:
      return reason satisfies never;
  }
}
