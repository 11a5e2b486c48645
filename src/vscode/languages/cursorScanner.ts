/** Reads a document up to the cursor with its grammar, to learn whether text inserted there is code, comment or string. */
import type * as vscode from 'vscode';
import type { IGrammar, StateStack } from 'vscode-textmate';
import type { CommentMarks } from '../../core/insert/comment.ts';
import {
  blockCommentPlace,
  type CursorPlace,
  inCode,
  lineCommentPlace,
  placeByMarks,
  type StringEscape,
} from '../../core/insert/cursorPlace.ts';
import { FenceTracker } from '../../core/inspect/fences.ts';
import { escapesIn } from '../../core/insert/stringEscapes.ts';
import { isVerbatim } from '../../core/insert/prose.ts';
import type { LanguageContributions } from './contributions.ts';
import type { Grammars, LoadedGrammar } from './grammars.ts';

export interface CursorScan {
  /** Of the text at the cursor: JavaScript in the script of an HTML file. */
  readonly language: string;
  readonly comments: CommentMarks;
  readonly verbatim: boolean;
  readonly place: CursorPlace;
}

/** Longest part of a document that is read; beyond it, only comment marks are used. */
const mostCharacters = 1_000_000;
/** Longer lines are skipped, as in VS Code. */
const longestLine = 20_000;
/** Longest time without yielding to the extension host, in ms. */
const sliceMs = 8;

/** Token types of vscode-textmate's metadata. */
const comment = 1;
const string = 2;

/** Languages whose strings end with their line, though their grammars do not say so. */
const endsStrings = new RegExp(
  String.raw`^(?:json\w*|snippets|c|cpp|cuda-cpp|objective-c|objective-cpp|go|java|hlsl|shaderlab|` +
    'kotlin|swift|dart|groovy|scala|lua|toml|yaml|dockercompose|github-actions-workflow)$',
);

/** Languages of fences that are Markdown themselves. */
const isMarkdown = /^(?:markdown|md\w*|mkd|gfm|[rq]md|quarto)$/i;

/** Stands for the text to be inserted. */
const probe = 'x';

export class CursorScanner {
  readonly #contributions: LanguageContributions;
  readonly #grammars: Grammars;
  /** The latest scan, which a command may start before its target exists. */
  #last: { readonly key: string; readonly scans: Promise<readonly CursorScan[]> } | undefined;

  constructor(contributions: LanguageContributions, grammars: Grammars) {
    this.#contributions = contributions;
    this.#grammars = grammars;
  }

  comments(language: string): Promise<CommentMarks> {
    return this.#contributions.comments(language);
  }

  /** One scan per offset, of the document as it is now. Never rejects. */
  scan(document: vscode.TextDocument, offsets: readonly number[]): Promise<readonly CursorScan[]> {
    const key = `${document.uri.toString()} ${document.version} ${document.languageId} ${offsets.join(' ')}`;
    if (this.#last?.key === key) return this.#last.scans;
    const scans = this.#scan(document.languageId, document.getText(), offsets);
    this.#last = { key, scans };
    return scans;
  }

  async #scan(language: string, text: string, offsets: readonly number[]): Promise<readonly CursorScan[]> {
    const loaded = Math.max(...offsets, 0) > mostCharacters ? undefined : await this.#grammars.load(language);
    const verbatim = isVerbatim(language, loaded?.scopeName);
    // Verbatim text may contain code, such as a code block in Markdown.
    const fences = offsets.map((offset) => (verbatim ? openFence(text.slice(0, offset)) : undefined));
    const isRead = !verbatim || fences.some((fence) => fence !== undefined);
    const found = loaded === undefined || !isRead ? undefined : await walk(loaded, text, offsets);
    return Promise.all(
      offsets.map(async (offset, index) => {
        const fence = fences[index];
        const probed = !verbatim || fence !== undefined ? found?.[index] : undefined;
        const known = probed?.language ?? language;
        // The grammar may not know the language of the block.
        const own = fence !== undefined && known === language && !isMarkdown.test(fence) ? fence : known;
        const comments = await this.comments(own);
        const place = probed === undefined ? placeByMarks(text.slice(0, offset), comments) : placeOf(probed, comments);
        return { language: own, comments, verbatim: verbatim && (fence === undefined || isVerbatim(own)), place };
      }),
    );
  }
}

/** The language of the code block that is open at the end of the text; empty if the fence names none. */
function openFence(before: string): string | undefined {
  const fences = new FenceTracker(() => undefined);
  fences.push(before);
  return fences.open?.replace(/^[`~]+/, '');
}

/** What the grammar says about the probe. */
interface Probed {
  readonly language: string | undefined;
  readonly lineBefore: string;
  readonly inside:
    | { readonly type: 'code' | 'block-comment' }
    | { readonly type: 'line-comment'; readonly comment: string }
    | Extract<CursorPlace, { readonly type: 'string' }>;
}

function placeOf({ inside, lineBefore }: Probed, marks: CommentMarks): CursorPlace {
  switch (inside.type) {
    case 'code':
      return inCode;
    case 'line-comment':
      return lineCommentPlace(inside.comment, marks);
    case 'block-comment':
      return blockCommentPlace(lineBefore, marks);
    case 'string':
      return inside;
    default:
      return inside satisfies never;
  }
}

async function walk(loaded: LoadedGrammar, text: string, offsets: readonly number[]): Promise<readonly Probed[]> {
  const lines = text.slice(0, Math.max(...offsets, 0)).split('\n');
  const found: Probed[] = [];
  let state: StateStack | null = null;
  let start = 0;
  let pausedMs = performance.now();
  for (const line of lines) {
    for (const [index, offset] of offsets.entries()) {
      const column = offset - start;
      if (column < 0 || column > line.length) continue;
      const lineBefore = line.slice(0, column);
      const isRead = column <= longestLine;
      found[index] = isRead ? probedAt(loaded, lineBefore, state) : { language: undefined, lineBefore, inside: { type: 'code' } };
    }
    if (line.length <= longestLine) state = loaded.grammar.tokenizeLine2(line.replace(/\r$/, ''), state).ruleStack;
    start += line.length + 1;
    if (performance.now() - pausedMs > sliceMs) {
      await new Promise((resolve) => setImmediate(resolve));
      pausedMs = performance.now();
    }
  }
  return found;
}

function probedAt({ grammar, language }: LoadedGrammar, lineBefore: string, state: StateStack | null): Probed {
  const read = grammar.tokenizeLine2(lineBefore + probe, state);
  const token = tokenAt(read.tokens, lineBefore.length);
  const known = { language: language(token.language), lineBefore };
  if (token.type === comment) {
    // Only a block comment reaches the next line.
    const next = tokenAt(grammar.tokenizeLine2(probe, read.ruleStack).tokens, 0);
    if (next.type === comment) return { ...known, inside: { type: 'block-comment' } };
    return { ...known, inside: { type: 'line-comment', comment: lineBefore.slice(token.start) } };
  }
  const scopes = scopesAt(grammar, lineBefore, state);
  const isString = token.type === string || isAttribute(scopes);
  if (!isString || isBareWord(grammar, lineBefore, state)) return { ...known, inside: { type: 'code' } };
  const escapes = escapesIn(known.language, scopes, escapesAt(grammar, lineBefore, state));
  const next = tokenAt(grammar.tokenizeLine2(probe, read.ruleStack).tokens, 0);
  const byBackslash = escapes.filter(({ by }) => by === '\\');
  const isOneLine = next.type !== string || (endsStrings.test(known.language ?? '') && byBackslash.some(({ mark }) => mark.length === 1));
  const lineEnd = isOneLine && byBackslash.length > 0 ? '\\n' : '\n';
  return { ...known, inside: { type: 'string', escapes, lineEnd } };
}

/** VS Code does not count the attributes of HTML as strings, so that it completes words in them. */
function isAttribute(scopes: readonly string[]): boolean {
  return scopes.findLast((scope) => scope.startsWith('string.quoted'))?.endsWith('.html') === true;
}

/** Grammars also call plain words strings: YAML scalars, shell arguments. */
function isBareWord(grammar: IGrammar, lineBefore: string, state: StateStack | null): boolean {
  const innermost = scopesAt(grammar, lineBefore, state).findLast((scope) => /^string\b/.test(scope)) ?? '';
  return /unquoted/.test(innermost) && !/heredoc|here|block/.test(innermost);
}

/** The scopes at the end of `lineBefore` if `text` follows it. */
function scopesAt(grammar: IGrammar, lineBefore: string, state: StateStack | null, text = probe): readonly string[] {
  const { tokens } = grammar.tokenizeLine(lineBefore + text, state);
  return tokens.findLast(({ startIndex }) => startIndex <= lineBefore.length)?.scopes ?? [];
}

/** The marks that would end the string here and can be escaped. */
function escapesAt(grammar: IGrammar, lineBefore: string, state: StateStack | null): readonly StringEscape[] {
  const staysString = (text: string): boolean => {
    const line = lineBefore + text;
    const { type } = tokenAt(grammar.tokenizeLine2(line + probe, state).tokens, line.length);
    return type === string && !isBareWord(grammar, line, state);
  };
  // Doubled marks may also end one string and begin another.
  const isEscape = (text: string): boolean =>
    scopesAt(grammar, lineBefore, state, text + probe).some((scope) => scope.includes('escape')) && staysString(text);
  return ['`', '"', "'", '"""', "'''"].flatMap((mark): readonly StringEscape[] => {
    if (staysString(mark)) return [];
    if (staysString(`\\${mark}`)) return [{ mark, by: '\\' }];
    return mark.length === 1 && isEscape(mark + mark) ? [{ mark, by: mark }] : [];
  });
}

/** `start`: where the run of tokens of this type begins. */
function tokenAt(tokens: Uint32Array, offset: number): { readonly language: number; readonly type: number; readonly start: number } {
  let at = 0;
  while (at + 2 < tokens.length && (tokens[at + 2] ?? 0) <= offset) at += 2;
  const typeOf = (index: number): number => ((tokens[index + 1] ?? 0) >>> 8) & 0b11;
  let first = at;
  while (first >= 2 && typeOf(first - 2) === typeOf(at)) first -= 2;
  return { language: (tokens[at + 1] ?? 0) & 0xff, type: typeOf(at), start: tokens[first] ?? 0 };
}
