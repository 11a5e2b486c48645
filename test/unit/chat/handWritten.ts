// An answer that the test writes by hand, and a conversation whose answers are such.
import type { EndReason, Message, Part, StreamEvent } from '../../../src/api.ts';
import { Conversation, type ConversationPorts } from '../../../src/core/chat/conversation.ts';
import type { WantedAnswer } from '../../../src/core/chat/runs.ts';
import type { Saved } from '../../../src/core/chat/saved.ts';
import type { EndEvent, LiveStream } from '../../../src/core/answer/liveStream.ts';
import { type Picture, written } from '../../../src/core/chat/entries.ts';
import { Tape } from '../../../src/core/answer/tape/tape.ts';
import { TestClock } from '../../support/engine.ts';

/** A picture of a question, without its bytes. */
export function pictureNamed(file: string, mime = 'image/png'): Picture {
  return { type: 'image', mime, file, name: file, width: 4, height: 3, bytes: 70, thumbnail: 'data:image/webp;base64,UklG' };
}

const usage = { prompt: 1, completion: 1, total: 2, estimated: false, attempts: 1 };
const timing = { totalMs: 1, waitsMs: 0 };

export class HandWritten implements LiveStream {
  readonly id = crypto.randomUUID();
  end: EndEvent | undefined;
  readonly model: string;
  readonly tape = new Tape<StreamEvent>(100);
  readonly phase = 'streaming';
  readonly toolCalls = [];
  readonly parts: Part[] = [];
  readonly ended: Promise<EndEvent>;
  text: string;
  #thought: string;
  #ended: (event: EndEvent) => void = () => undefined;

  /** @param partial what exists of the answer already */
  constructor(model = 'test/hand', partial = '', thought = '') {
    this.model = model;
    this.#thought = thought;
    this.text = partial;
    this.ended = new Promise((resolve) => (this.#ended = resolve));
  }

  write(text: string): void {
    this.text += text;
    this.tape.write({ type: 'text', text });
  }

  think(text: string): void {
    this.#thought += text;
    this.tape.write({ type: 'reasoning', text });
  }

  seam(): void {
    this.tape.write({ type: 'seam', offset: this.text.length, overlap: 0 });
  }

  /** The reasoning begins anew: what was thought until now is lost. */
  anew(): void {
    this.tape.write({ type: 'seam', part: 'reasoning', offset: this.#thought.length, overlap: 0, anew: { prompt: 7, completion: 2 } });
  }

  finish(reason: EndReason = 'stop', details: Partial<EndEvent> = {}): void {
    if (this.tape.ended) return;
    const parts = this.parts.length === 0 ? {} : { parts: this.parts };
    const end: EndEvent = { type: 'end', reason, text: this.text, usage, timing, ...parts, ...details };
    this.end = end;
    this.tape.write(end);
    this.tape.end();
    this.#ended(end);
  }

  usage = () => usage;
  timing = () => timing;
  stop = () => this.finish('cancelled');
}

/** A beginning that the test finishes by hand. */
export class Beginnings {
  readonly waiting: { readonly model: string; readonly signal: AbortSignal; begin(): HandWritten; fail(error: Error): void }[] = [];

  readonly begin = ({ model, partial, signal }: WantedAnswer): Promise<HandWritten> =>
    new Promise((resolve, reject) => {
      const begin = (): HandWritten => {
        const stream = new HandWritten(model, partial);
        resolve(stream);
        return stream;
      };
      this.waiting.push({ model, signal, begin, fail: reject });
    });
}

export interface Scene {
  readonly clock: TestClock;
  readonly conversation: Conversation;
  /** The answers in the order in which they were asked for. */
  readonly streams: HandWritten[];
  /** What each was asked with. */
  readonly asked: (readonly Message[])[];
}

export function scene(saved?: Saved, picture?: ConversationPorts['picture']): Scene {
  const streams: HandWritten[] = [];
  const asked: (readonly Message[])[] = [];
  const clock = new TestClock();
  let ids = 0;
  const begin = async ({ model, messages, partial }: WantedAnswer): Promise<HandWritten> => {
    const stream = new HandWritten(model, partial);
    streams.push(stream);
    asked.push(messages);
    return stream;
  };
  const newId = (): string => `m${saved === undefined ? '' : 'n'}${++ids}`;
  const ports = { begin, newId, wall: clock.wall, ...(picture === undefined ? {} : { picture }) };
  const conversation = new Conversation('c', ports, saved);
  return { clock, conversation, streams, asked };
}

/** Lets everything that waits for nothing but its turn have it. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
};

export const said = (text: string): { text: string; attachments: [] } => ({ text, attachments: [] });

/** The thread as one reads it: who, what, which version of how many, and how it stands. */
export function picture(conversation: Conversation): string[] {
  const lines = conversation.thread.map((entry) => {
    const { index, count } = conversation.versions(entry.id);
    const version = count > 1 ? ` ‹${index}/${count}›` : '';
    if (entry.role === 'user') return `You: ${entry.text}${version}`;
    const { state } = entry;
    const text = state.type === 'live' ? state.stream.text : written(entry).text;
    return `${entry.model}: ${text}${version} (${state.type === 'settled' ? state.reason : state.type})`;
  });
  return [...lines, ...conversation.queue.map(({ text }) => `queued: ${text}`)];
}
