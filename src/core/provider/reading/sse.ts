/**
 * Text of a response body in, events out, by the WHATWG event stream rules (HTML, 9.2.6) with three deliberate
 * leniencies: a last event needs no blank line, an event with a name needs no data, and a line that is no field is
 * reported instead of dropped. It knows no protocol.
 */

export interface EventSink {
  /** Only an event with a name has empty data. */
  event(data: string, name: string): void;
  /** A line that is no field of the standard: JSON outside of `data:`, a web page, a proxy's sentence. */
  stray(line: string): void;
  /** A comment that begins as an error does. */
  comment(words: string): void;
  /** An event or line exceeds the limit; nothing is reported after this. */
  tooLong(): void;
}

const lineFeed = 0x0a;
const colon = 0x3a;
const space = 0x20;
const carriageReturn = 0x0d;

/** Whether a last line that was cut off may be the beginning of a field. */
export function beginsField(line: string): boolean {
  return ['data', 'event', 'id', 'retry'].some((name) => name.startsWith(line));
}

const field = 'data|id|retry|event';
/** Field names with their values. A value ends where a name begins, so there is only one way to read the words. */
const fields = new RegExp(String.raw`^(?:(?:${field}):?(?:\s*(?:(?!${field})[\w-])+)?(?:\s*,)?\s*)+$`, 'i');

/** Reads field names that remain between two values when line ends are lost: the event's name, or empty; undefined for a sentence. */
export function nameInFields(words: string): string | undefined {
  if (!fields.test(words)) return undefined;
  return /event:\s*([\w-]+)/i.exec(words)?.[1] ?? '';
}

/** Whether the words are part of a value whose beginning was lost, or a value in another encoding. */
export function isPieceOfValue(words: string): boolean {
  return /["}\]]\s*[:,}\]]|[:,{[]\s*["{[]|^[\w+/=-]{20,}$|^\[object \w+\]$/.test(words);
}

export class EventReader {
  readonly #sink: EventSink;
  readonly #maxCharacters: number;
  /** The current line. */
  #partial = '';
  #data = '';
  #hasData = false;
  #name = '';
  /** The text ended with a carriage return: a line feed that follows belongs to it. */
  #skipLineFeed = false;
  #stopped = false;

  /** @param maxCharacters most UTF-16 units of one event, and of one line */
  constructor(sink: EventSink, maxCharacters: number) {
    this.#sink = sink;
    this.#maxCharacters = maxCharacters;
  }

  feed(piece: string): void {
    if (this.#stopped) return;
    const text = piece.includes('\r') || this.#skipLineFeed ? this.#withLineFeeds(piece) : piece;
    let from = 0;
    while (!this.#stopped) {
      const end = text.indexOf('\n', from);
      if (end === -1) break;
      if (end - from > this.#maxCharacters) {
        this.#refuse();
        return;
      }
      if (this.#partial !== '') {
        const line = this.#partial + text.slice(from, end);
        this.#partial = '';
        this.#line(line);
        from = end + 1;
      } else if (end === from) {
        this.#dispatch();
        from = end + 1;
      } else if (text.charCodeAt(end + 1) === lineFeed && !this.#hasData && text.startsWith('data: ', from)) {
        // The usual case: one line of data and a blank line.
        const name = this.#name;
        this.#name = '';
        if (end > from + 6 || name !== '') this.#sink.event(text.slice(from + 6, end), name);
        from = end + 2;
      } else {
        this.#line(text.slice(from, end));
        from = end + 1;
      }
    }
    if (from < text.length) this.#partial += from === 0 ? text : text.slice(from);
    if (this.#partial.length > this.#maxCharacters) this.#refuse();
  }

  /** The body has ended: a last line and a last event count without their line ends. */
  end(): void {
    if (this.#stopped) return;
    const line = this.#partial;
    this.#partial = '';
    if (line !== '') this.#line(line);
    this.#dispatch();
  }

  #line(line: string): void {
    if (line === '') {
      this.#dispatch();
      return;
    }
    const first = line.charCodeAt(0);
    if (first === colon) {
      if (this.#hasData && line.includes('{"')) this.#append(line.slice(1));
      // A chunk that lost its field name, or the line end before it, or an error; other comments are signs of life.
      else if (/\{\s*(?:"|$)/.test(line)) this.#sink.stray(line.slice(line.indexOf('{')));
      else if (/^:\s*\W?(?:(?:error|exception|fatal)\b|错误|异常|エラー|오류|ошибка|erreur|fehler)/i.test(line))
        this.#sink.comment(line.slice(1).trim());
      return;
    }
    if (first === 0x64 && line.startsWith('data')) {
      if (line.charCodeAt(4) === colon) {
        this.#append(line.slice(line.charCodeAt(5) === space ? 6 : 5));
        return;
      }
      if (line.length === 4) {
        this.#append('');
        return;
      }
    }
    const isName = first === 0x65 && line.startsWith('event:');
    const name = isName || first === 0x7b ? '' : (/^(?:data|event|id|retry)(?=:)/i.exec(line)?.[0] ?? '');
    if (/[A-Z]/.test(name)) {
      this.#line(name.toLowerCase() + line.slice(name.length));
      return;
    }
    const isField = isName || (first !== 0x7b && /^(?:id|retry|event)(?::|$)/.test(line));
    const json = isField ? line.indexOf('{"') : 0;
    // JSON inside another field: the line end before it was lost.
    if (json !== -1) this.#stray(line.slice(json));
    else if (isName) this.#name = line.slice(line.charCodeAt(6) === space ? 7 : 6);
  }

  /** JSON between the lines of an event keeps its place. */
  #stray(line: string): void {
    if (this.#hasData && /["{}]/.test(line)) this.#append(line);
    else this.#sink.stray(line);
  }

  #append(value: string): void {
    if (this.#hasData) {
      this.#data += `\n${value}`;
      if (this.#data.length > this.#maxCharacters) this.#refuse();
    } else {
      this.#data = value;
      this.#hasData = true;
    }
  }

  #dispatch(): void {
    const data = this.#data;
    const name = this.#name;
    this.#data = '';
    this.#name = '';
    this.#hasData = false;
    if (data !== '' || name !== '') this.#sink.event(data, name);
  }

  #withLineFeeds(piece: string): string {
    const text = this.#skipLineFeed && piece.startsWith('\n') ? piece.slice(1) : piece;
    if (piece !== '') this.#skipLineFeed = piece.charCodeAt(piece.length - 1) === carriageReturn;
    const pairs = text.replaceAll('\r\n', '\n');
    return pairs.includes('\r') ? pairs.replaceAll('\r', '\n') : pairs;
  }

  #refuse(): void {
    this.#stopped = true;
    this.#partial = '';
    this.#data = '';
    this.#sink.tooLong();
  }
}
