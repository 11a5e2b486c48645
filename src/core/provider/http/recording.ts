/**
 * Answers as they came over the network, kept for a while so that a strange one can be saved when it has been seen. A
 * recording is the body as it was, in lines as an event stream has them, with comments that say when what follows was
 * complete: `: at 312 ms`. Event stream readers skip comments, so a recording is a stream like any other.
 */
import type { DeltaPiece } from '../reading/deltaDecoder.ts';
import { ChunkEncoder } from '../openaiChat/encoder.ts';
import type { Endpoint, OpenedAnswer, Provider } from '../provider.ts';
import { wordFields } from '../protocols.ts';
import { knownSecrets, likelySecrets, masked, type Range, secretsOf } from '../failures/secrets.ts';
import { findInWindows, windowLength } from '../failures/secretWindows.ts';

export interface RecordedPart {
  /** Milliseconds since the request was made. */
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

export interface Recording {
  readonly model: string;
  /** Milliseconds since the epoch. */
  readonly startedMs: number;
  readonly status: number;
  readonly contentType: string;
  readonly parts: readonly RecordedPart[];
  readonly byteLength: number;
  /** What must not be written down: the key, and the values of the endpoint's own headers. */
  readonly secrets: readonly string[];
}

/** So many answers are kept, and so much of them all together; older ones go first. */
const maxRecordings = 10;
const maxBytes = 8 * 1024 * 1024;
/** So much of one answer, from its beginning. */
const maxBytesOfOne = 4 * 1024 * 1024;

export class Recorder {
  readonly #clock: { now(): number; wall(): number };
  #recordings: (Recording & { byteLength: number; readonly parts: RecordedPart[] })[] = [];

  constructor(clock: { now(): number; wall(): number }) {
    this.#clock = clock;
  }

  /** Newest first. */
  get recordings(): readonly Recording[] {
    return this.#recordings.toReversed();
  }

  /** The same provider, whose answers are kept. */
  watch(provider: Provider): Provider {
    return {
      ...provider,
      open: async (endpoint, request, memory, signal) => {
        const fromMs = this.#clock.now();
        const opened = await provider.open(endpoint, request, memory, signal);
        return opened.type === 'opened' ? this.#heard(opened, this.#begin(endpoint, request.model, opened, fromMs)) : opened;
      },
    };
  }

  /** The same answer; `hear` gets the bytes of its body, or its deltas as the chunks of a stream. */
  #heard(opened: OpenedAnswer, hear: (bytes: Uint8Array) => void): OpenedAnswer {
    return {
      ...opened,
      decoder: (sink) => {
        const encoder = new ChunkEncoder(hear);
        const decoder = opened.decoder(sink);
        return {
          feed: (piece) => {
            if (piece instanceof Uint8Array) hear(piece);
            else encoder.piece(piece as DeltaPiece);
            decoder.feed(piece);
          },
          get state() {
            return decoder.state;
          },
          end: () => decoder.end(),
        };
      },
    };
  }

  #begin(endpoint: Endpoint, model: string, { http }: OpenedAnswer, fromMs: number): (bytes: Uint8Array) => void {
    const recording = {
      model,
      startedMs: this.#clock.wall(),
      status: http?.status ?? 200,
      contentType: http?.contentType ?? 'text/event-stream',
      parts: [] as RecordedPart[],
      byteLength: 0,
      secrets: secretsOf(endpoint),
    };
    this.#recordings.push(recording);
    return (bytes) => {
      if (recording.byteLength >= maxBytesOfOne || !this.#recordings.includes(recording)) return;
      // A small piece must not keep the large buffer alive that it was read into.
      const own = bytes.length * 2 < bytes.buffer.byteLength ? bytes.slice() : bytes;
      recording.parts.push({ atMs: this.#clock.now() - fromMs, bytes: own });
      recording.byteLength += bytes.length;
      this.#forget();
    };
  }

  #forget(): void {
    let bytes = 0;
    for (const { byteLength } of this.#recordings) bytes += byteLength;
    while (this.#recordings.length > maxRecordings || (bytes > maxBytes && this.#recordings.length > 0)) {
      bytes -= this.#recordings.shift()?.byteLength ?? 0;
    }
  }
}

const title = ': rivulet recording 1';
const at = (ms: number): string => `: at ${Math.round(ms)} ms`;
const byteOrderMark = '\xef\xbb\xbf';
const atLine = /^: at (\d+) ms$/;

/**
 * The file: latin1 keeps every byte as it is while text is looked for in it.
 * @param pause called again and again, so that other work can be done in between
 */
export async function writeRecording(
  { model, status, contentType, parts, secrets }: Recording,
  pause: () => Promise<void>,
): Promise<Uint8Array> {
  const body = await withoutSecrets(parts.map(({ bytes }) => latin1(bytes)).join(''), secrets, pause);
  // A page or a JSON object has no place for comments.
  if (/^\s*[<{[]/.test(body)) return bytesOf(body);
  const timeAt = times(parts);
  // A byte order mark counts at the very beginning only.
  const mark = body.startsWith(byteOrderMark) ? byteOrderMark : '';
  let text = `${mark}${title}\n: model ${printable(model)}, status ${status}, ${printable(contentType)}\n`;
  let lastMs = -1;
  let paused = 0;
  for (const { from, to } of eventsIn(body)) {
    if (from - paused > windowLength) {
      paused = from;
      await pause();
    }
    const ms = Math.round(timeAt(to));
    const event = body.slice(from === 0 ? mark.length : from, to);
    // An event may begin like a time of ours: when a recording was played and recorded again.
    if (ms !== lastMs || atLine.test(firstLine(event))) text += `${at(ms)}\n`;
    lastMs = ms;
    text += event;
  }
  return bytesOf(text);
}

/** For streams that say nothing about time. */
const usualPaceMs = 20;

/** Any event stream: what was recorded, and others, whose events then come at an even pace. */
export function* readRecording(file: Uint8Array): Generator<RecordedPart> {
  const text = latin1(file);
  if (/^\s*[<{[]/.test(text)) return yield { atMs: 0, bytes: file };
  const mark = text.startsWith(byteOrderMark) ? byteOrderMark : '';
  const recorded = text.startsWith(`${mark}${title}\n`);
  const body = recorded ? text.slice(text.indexOf('\n', mark.length + title.length + 1) + 1) : text;
  let atMs = 0;
  for (const { from, to } of eventsIn(body)) {
    let piece = body.slice(from, to);
    if (recorded) {
      const line = firstLine(piece);
      const time = atLine.exec(line)?.[1];
      if (time !== undefined) {
        atMs = Math.max(atMs, Number(time));
        piece = piece.slice(line.length + 1);
      }
    } else atMs += usualPaceMs;
    if (recorded && from === 0) piece = mark + piece;
    if (piece !== '') yield { atMs, bytes: bytesOf(piece) };
  }
}

/**
 * The body without secrets, as long as it was. A model writes a key in several events, so the texts of all fields of one
 * name are looked at joined as well.
 */
async function withoutSecrets(body: string, secrets: readonly string[], pause: () => Promise<void>): Promise<string> {
  const known = (text: string): Range[] => knownSecrets(text, secrets);
  // Fields that hold no words, such as random padding, look like anything when they are joined.
  const all = (text: string): Range[] => [...known(text), ...likelySecrets(text)];
  const found = [...(await findInWindows(body, all, pause))];
  for (const [name, texts] of await textsByField(body, pause)) {
    await pause();
    if (texts.length < 2) continue;
    const joined = texts.map(({ from, to }) => body.slice(from, to)).join('');
    found.push(...placesIn(texts, await findInWindows(joined, wordFields.has(name) ? all : known, pause)));
  }
  await pause();
  return masked(body, found);
}

async function textsByField(body: string, pause: () => Promise<void>): Promise<ReadonlyMap<string, readonly Range[]>> {
  const fields = new Map<string, Range[]>();
  let paused = 0;
  for (const match of body.matchAll(/"(\w{1,40})"\s{0,8}:\s{0,8}"((?:[^"\\\n]|\\.)*)"/g)) {
    if (match.index - paused > windowLength) {
      paused = match.index;
      await pause();
    }
    const [whole, name = '', text = ''] = match;
    const to = match.index + whole.length - 1;
    const ranges = fields.get(name) ?? [];
    ranges.push({ from: to - text.length, to });
    fields.set(name, ranges);
  }
  return fields;
}

/** Where the secrets of the joined texts are in the body. */
function placesIn(texts: readonly Range[], secrets: readonly Range[]): Range[] {
  const found: Range[] = [];
  let index = 0;
  let before = 0;
  for (const secret of secrets.toSorted((a, b) => a.from - b.from)) {
    // Back to the first text that this one, which may begin before the last one's end, touches.
    while (index > 0 && before > secret.from) before -= lengthOf(texts[--index]);
    while (before + lengthOf(texts[index]) <= secret.from) before += lengthOf(texts[index++]);
    for (let at = index, start = before; at < texts.length && start < secret.to; start += lengthOf(texts[at++])) {
      const { from, to } = texts[at] as Range;
      found.push({ from: from + Math.max(0, secret.from - start), to: Math.min(to, from + secret.to - start) });
    }
  }
  return found;
}

function lengthOf(range: Range | undefined): number {
  return range === undefined ? 0 : range.to - range.from;
}

/** Where the events of a body begin and end; what follows the last blank line is one as well. */
function* eventsIn(body: string): Generator<{ readonly from: number; readonly to: number }> {
  let from = 0;
  for (const { index, 0: blank } of body.matchAll(/(\r\n|\n|\r(?!\n)){2,}/g)) {
    const to = index + blank.length;
    yield { from, to };
    from = to;
  }
  if (from < body.length) yield { from, to: body.length };
}

/** When the byte before a place had come; the places asked for must ascend. */
function times(parts: readonly RecordedPart[]): (place: number) => number {
  let index = 0;
  let end = parts[0]?.bytes.length ?? 0;
  return (place) => {
    while (end < place && index + 1 < parts.length) end += parts[++index]?.bytes.length ?? 0;
    return parts[index]?.atMs ?? 0;
  };
}

function firstLine(text: string): string {
  return text.slice(0, Math.max(0, text.indexOf('\n')));
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?');
}

const utf16 = new TextDecoder('utf-16le');

function latin1(bytes: Uint8Array): string {
  return utf16.decode(new Uint16Array(bytes));
}

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}
