/**
 * Markdown that ends where it ends: what a text leaves open (a code fence, a formula, a comment, an HTML element) is closed
 * or shown as text, so that it does not swallow what follows in the same document.
 */
import { FenceTracker } from '../../inspect/fences.ts';

export function closedMarkdown(said: string): string {
  const text = said.replace(/\r\n?/g, '\n');
  const { pieces, fence } = piecesOf(text);
  let open = new OpenElements(documentTags);
  const closeAll = (): string =>
    pieces.map((piece, index) => (piece.fenced ? piece.text : withWholeTags(piece.text, index + 1 < pieces.length, open))).join('');
  let closed = closeAll();
  // Without some of the elements, others may have no end.
  for (let round = 1; open.unclosable.length > 0; round++) {
    open = new OpenElements(round < maxRounds ? new Set([...open.asText, ...open.unclosable]) : open.asText, round === maxRounds);
    closed = closeAll();
  }
  const outside = pieces.filter(({ fenced }) => !fenced);
  const formula = formulaIsOpen(outside.map((piece) => piece.text).join(''));
  const lines = [...(fence === undefined ? [] : [fence]), ...(formula ? ['$$'] : [])].map((end) => `\n${end}`).join('');
  const elements = open.names.toReversed().map((name) => `\n\n</${name}>`);
  return (lines === '' ? closed : closed.replace(/\n$/, '')) + lines + elements.join('');
}

/** As a person typed it: neither its headings nor its tags are those of the document that it stands in. */
export function typedMarkdown(text: string): string {
  let blank = true;
  const typed = piecesOf(text.replace(/\r\n?/g, '\n')).pieces.map((piece) => {
    if (piece.fenced) {
      blank = true;
      return piece.text;
    }
    return withoutTags(
      piece.text.replace(/[^\n]+|\n/g, (line) => {
        if (line === '\n') return line;
        const shown = withoutHeading(line, blank);
        blank = /^[\s>]*$/.test(line);
        return shown;
      }),
    );
  });
  return closedMarkdown(typed.join(''));
}

/** One line of plain text, such as a title: nothing in it is markup. */
export function plainMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*[\]<>~|$]|&(?=#?\w+;)|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    .replace(/(?<= )#+ *$/, (marks) => `\\${marks}`);
}

interface Pieces {
  readonly pieces: readonly { readonly text: string; readonly fenced: boolean }[];
  /** What closes the fence that is open at the end. */
  readonly fence: string | undefined;
}

/** What is code in fences, and what is not. */
export function piecesOf(text: string): Pieces {
  const pieces: { text: string; fenced: boolean }[] = [];
  let from = 0;
  const cut = (to: number, fenced: boolean): void => {
    if (to > from) pieces.push({ text: text.slice(from, to), fenced });
    from = Math.max(from, to);
  };
  const tracker = new FenceTracker(({ edge, offset, lineEnd }) => {
    if (edge === 'open') cut(offset, false);
    // A fence that its container closed ends where the next line begins.
    else cut(text.startsWith('`', offset) || text.startsWith('~', offset) ? lineEnd : offset, true);
  });
  tracker.push(text.endsWith('\n') ? text : `${text}\n`);
  const fenced = tracker.open !== undefined;
  // A heading ends every container and with it a fence inside of one: only a fence of the document itself stays open.
  tracker.push('\n# \n');
  const fence = fenced ? /^(?:`+|~+)/.exec(tracker.open ?? '')?.[0] : undefined;
  cut(text.length, fenced);
  return { pieces, fence };
}

/** A display formula starts with a line `$$…` and ends with a line `…$$`. */
function formulaIsOpen(outside: string): boolean {
  let open = false;
  for (const line of outside.split('\n')) {
    const rest: string | undefined = open ? line : /^ {0,3}\$\$(.*)$/.exec(line)?.[1];
    if (rest !== undefined) open = !rest.trimEnd().endsWith('$$');
  }
  return open;
}

/** One that goes over several lines is not looked for: where it might end depends on all blocks of Markdown. */
export const codeSpan = '(`+)(?!`)[^\\n]{0,2000}?[^`\\n]\\1(?!`)|`+|\\\\[\\s\\S]';
/** What is no element and ends with these characters, and elements that hold text, not tags, to a browser. */
const textual = 'script|style|textarea|title|xmp|iframe|noembed|noframes|noscript|plaintext';
const comment = '<!--';
const textElement = `<(?:${textual})(?=[\\s>])`;
const preElement = '<pre(?=[\\s>])';
const tag =
  `<(?<end>/?)(?<name>(?!(?:${textual})\\b)[a-z][a-z\\d-]*)` + '(?:\\s[^<>"\']*(?:(?:"[^"]*"|\'[^\']*\')[^<>"\']*)*)?(?<closed>/?)>';
const unfinished = '<(?=[a-z/!?])';
const autolink = '<[a-z][a-z\\d+.-]{1,31}:[^\\s<>]*>';
const inText = [codeSpan, autolink, `(?<long>${comment})`, `(?<pre>${preElement})`, tag, unfinished].join('|');
const inHtml = [`(?<long>${comment}|${textElement})`, `(?<pre>${preElement})`, tag, unfinished].join('|');

/** Elements without an end tag, or whose end tag HTML supplies where a heading follows. */
const endless = new Set('area base br col embed hr img input link meta param source track wbr p tr td th thead tbody tfoot'.split(' '));
/** Elements whose end tag HTML supplies at the end of the element around them alone. */
const endsWithParent = new Set(['li', 'dt', 'dd', 'option', 'optgroup', 'rp', 'rt']);

/** Where marks end in a text that is read from its beginning to its end: each part of it is searched once for each mark. */
class Ends {
  readonly #text: string;
  readonly #known = new Map<string, { readonly from: number; readonly to: number }>();

  constructor(text: string) {
    this.#text = text;
  }

  /** The end of what begins with `mark` at `at`; infinite where it has none. */
  of(mark: string, at: number): number {
    const from = at + mark.length;
    if (mark !== '<!--') return this.#next(`</${mark.slice(1)}>`, from);
    const short = /-?>/y;
    short.lastIndex = from;
    return short.test(this.#text) ? short.lastIndex : this.#next('--!?>', from);
  }

  line(at: number): number {
    return this.#next('[\\n\\r\\u2028\\u2029]|$', at);
  }

  #next(pattern: string, from: number): number {
    let known = this.#known.get(pattern);
    if (known === undefined || known.from < from) {
      const search = new RegExp(pattern, 'gi');
      search.lastIndex = from;
      const found = search.exec(this.#text);
      known = found === null ? { from: Infinity, to: Infinity } : { from: found.index, to: search.lastIndex };
      this.#known.set(pattern, known);
    }
    return known.to;
  }
}

/** Tags that a document has once and a browser ignores elsewhere. */
const documentTags: ReadonlySet<string> = new Set(['html', 'head', 'body', 'frameset']);
/** After so many, a text whose tags reach into one another shows them all. */
const maxRounds = 4;
/** Elements that may be closed where the text ends. Others show their tags as text if they have no end. */
const closable = new Set(
  'details div section article blockquote ul ol b strong i em u s del ins sub sup kbd mark small span a code font center'.split(' '),
);

/** The elements that are open, outermost first; those of a closed one are taken out wherever it is. */
class OpenElements {
  /** Names of elements whose tags are text. */
  readonly asText: ReadonlySet<string>;
  readonly #names: (string | undefined)[] = [];
  readonly #places = new Map<string, number[]>();
  /** Those that begin inside of a quote, a list or a table, which ends before the text does. */
  readonly #inside = new Set<number>();

  readonly #allAsText: boolean;

  constructor(asText: ReadonlySet<string>, allAsText = false) {
    this.asText = asText;
    this.#allAsText = allAsText;
  }

  isText(name: string): boolean {
    return this.#allAsText || this.asText.has(name.toLowerCase());
  }

  get unclosable(): readonly string[] {
    const names = this.#names.map((name) => name?.toLowerCase());
    return names.filter((name, place) => name !== undefined && (!closable.has(name) || this.#inside.has(place))) as string[];
  }

  get names(): readonly string[] {
    return this.#names.filter((name) => name !== undefined);
  }

  open(name: string, isInside: boolean): void {
    if (isInside) this.#inside.add(this.#names.length);
    const key = name.toLowerCase();
    const places = this.#places.get(key) ?? [];
    places.push(this.#names.length);
    this.#places.set(key, places);
    this.#names.push(name);
  }

  close(name: string): void {
    const place = this.#places.get(name.toLowerCase())?.pop();
    if (place === undefined) return;
    this.#names[place] = undefined;
    for (let inner = this.#names.length - 1; inner > place && endsWithParent.has(this.#names[inner]?.toLowerCase() ?? ''); inner--) {
      this.#places.get(this.#names.pop()!.toLowerCase())!.pop();
    }
  }
}

/** @param open the elements that are open; what begins and does not end in this piece is added */
function withWholeTags(piece: string, beforeFence: boolean, open: OpenElements): string {
  if (!piece.includes('<')) return piece;
  let mended = '';
  let from = 0;
  for (const block of htmlBlocks(piece)) {
    mended += mend(piece.slice(from, block.from), 'text', open);
    const html = piece.slice(block.from, block.to);
    // In a quote or a list item each line may be the last.
    const lines = block.nested ? html.split(/(?<=\n)/) : [html];
    mended += lines.map((line) => mend(line, 'html', open)).join('');
    from = block.to;
    // What would be a fence is none in a block of HTML; a blank line ends the block.
    if (beforeFence && block.to === piece.length) mended = mended.replace(/\n([ \t]*)$/, '\n\n$1');
  }
  return mended + mend(piece.slice(from), 'text', open);
}

/** Shows as text what has no end: half a tag, a comment, an element whose content a browser would take for its own. */
function mend(text: string, where: 'text' | 'html', open: OpenElements): string {
  const pattern = new RegExp(where === 'text' ? inText : inHtml, 'gi');
  const ends = new Ends(text);
  let line = { to: -1, isInside: false };
  const isInside = (at: number): boolean => {
    if (at > line.to) {
      const from = text.lastIndexOf('\n', at) + 1;
      const to = text.indexOf('\n', at);
      const whole = text.slice(from, to === -1 ? text.length : to);
      line = { to: from + whole.length, isInside: container.test(whole) };
    }
    return line.isInside;
  };
  let mended = '';
  let done = 0;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const { long, pre, end, name, closed } = found.groups!;
    const at = found.index;
    if (long !== undefined) {
      const to = ends.of(long, at);
      // In a paragraph, what goes over several lines may meet the end of its block.
      const whole = to <= (where === 'text' ? ends.line(at) : text.length);
      pattern.lastIndex = whole ? to : at + 1;
      if (whole) continue;
    } else if (pre !== undefined) {
      const tagged = new RegExp(tag, 'iy');
      tagged.lastIndex = at;
      // A browser would take everything after a `<pre>` without its end for preformatted text.
      const whole = !open.isText('pre') && ends.of(pre, at) <= text.length ? tagged.exec(text) : null;
      if (whole !== null) {
        if (whole.groups!['closed'] === '') open.open(pre.slice(1), isInside(at));
        pattern.lastIndex = tagged.lastIndex;
        continue;
      }
      pattern.lastIndex = at + 1;
    } else if (found[0] !== '<') {
      if (name === undefined) continue;
      // In a paragraph, the next line may begin another block.
      const isWhole = where === 'html' || !found[0].includes('\n');
      if (isWhole && !open.isText(name)) {
        if (closed === '/' || endless.has(name.toLowerCase())) continue;
        if (end === '') open.open(name, isInside(at));
        else open.close(name);
        continue;
      }
      pattern.lastIndex = at + 1;
    }
    mended += `${text.slice(done, at)}&lt;`;
    done = at + 1;
  }
  return mended + text.slice(done);
}

/** A line of a quote, a list or a table. */
const container = /^(?:\s{2,}|[ \t]*(?:>|[-+*]\s|\d{1,9}[.)]\s))|\|/;

interface HtmlBlock {
  readonly from: number;
  readonly to: number;
  /** In a quote or a list item. */
  readonly nested: boolean;
}

/** Lines in which there is neither code nor escapes: from one that begins with a tag to the next blank line (CommonMark 4.6). */
function htmlBlocks(piece: string): readonly HtmlBlock[] {
  const blocks: HtmlBlock[] = [];
  const long = new RegExp(`${comment}|${textElement}|${preElement}`, 'iy');
  const ends = new Ends(piece);
  const short = new RegExp(tag, 'iy');
  const blank = /\n[ \t]*\n/g;
  for (const { 0: begin, index } of piece.matchAll(/^(?:[ \t]*(?:>|[-+*]|\d{1,9}[.)]))*[ \t]*<(?=[a-z/!?])/gim)) {
    if (index < (blocks.at(-1)?.to ?? 0)) continue;
    long.lastIndex = short.lastIndex = index + begin.length - 1;
    const nested = begin.trim() !== '<';
    // A comment, or an element such as pre, may hold blank lines.
    const mark = long.exec(piece)?.[0];
    const end = mark === undefined ? Infinity : ends.of(mark, index + begin.length - 1);
    const goesOn = end <= piece.length;
    // A line that begins with half a tag will be text.
    if (!goesOn && (!short.test(piece) || /^pre\b/i.test(piece.slice(index + begin.length)))) continue;
    blank.lastIndex = Math.max(index, goesOn && !nested ? end : 0);
    blocks.push({ from: index, to: blank.exec(piece)?.index ?? piece.length, nested });
  }
  return blocks;
}

/** Outside of code spans, tags are shown as they were typed. */
function withoutTags(piece: string): string {
  return piece.replace(new RegExp(`${codeSpan}|${unfinished}`, 'gi'), (found) => (found === '<' ? '&lt;' : found));
}

/** A heading shows its marks instead of being one; also inside quotes and list items. */
function withoutHeading(line: string, afterBlank: boolean): string {
  const container = /^(?:[ \t]*(?:>|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t])))*[ \t]*/.exec(line)![0];
  const rest = line.slice(container.length);
  const underline = !afterBlank && /^(?:=+|-+)\s*$/.test(rest);
  return underline || /^#{1,6}(?:\s|$)/.test(rest) ? `${container}\\${rest}` : line;
}
