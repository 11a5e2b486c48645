/** The places where an answer will be inserted. They are fixed when the command runs, and tracked from then on. */
import * as vscode from 'vscode';
import { type PlacedText, InsertedText } from '../../core/edit/placedText.ts';
import { ReplacedText } from '../../core/edit/replacedText.ts';
import type { Surroundings } from '../../core/insert/context.ts';
import type { CursorPlace } from '../../core/insert/cursorPlace.ts';
import type { Indentation } from '../../core/insert/indent.ts';
import { isVerbatim } from '../../core/insert/prose.ts';
import { questionAbove } from '../../core/insert/question.ts';
import { type Prose, Shape, type ShapeOptions } from '../../core/insert/shape.ts';
import type { CursorScan, CursorScanner } from '../languages/cursorScanner.ts';
import { RangeWriter } from './document/rangeWriter.ts';

/**
 * `cursor`: at the cursor. `selection`: replaces the selection. `below`: on a new line below the selection. `file`: anywhere in
 * the file, where its lines belong.
 */
export type TargetMode = 'cursor' | 'selection' | 'below' | 'file';

export interface TargetOptions {
  readonly mode: TargetMode;
  /** Used instead of the editor's selections. */
  readonly selections?: readonly vscode.Selection[];
}

/** The caller disposes of it unless it is passed to `Insertions.insert`, which then owns it. */
export class InsertionTarget implements vscode.Disposable {
  readonly writer: RangeWriter;
  /** The editor in which the command ran. It may have been closed or show another document since. */
  readonly editor: vscode.TextEditor;
  readonly #mode: TargetMode;
  readonly #indentation: Indentation;
  readonly #scanning: Promise<readonly CursorScan[]>;
  #scans: readonly CursorScan[] | undefined;
  #shapes: readonly ShapeOptions[] | undefined;

  constructor(editor: vscode.TextEditor, writer: RangeWriter, mode: TargetMode, scanning: Promise<readonly CursorScan[]>) {
    this.editor = editor;
    this.writer = writer;
    this.#mode = mode;
    this.#indentation = indentationOf(editor);
    this.#scanning = scanning.then((scans) => (this.#scans = scans));
  }

  dispose(): void {
    this.writer.dispose();
  }

  /** The answer is placed by its lines, anywhere in the file. */
  get isFile(): boolean {
    return this.#mode === 'file';
  }

  /** One shape for each place. Call it before the first text changes the document. */
  async shapes(prose: Prose, content: 'answer' | 'code'): Promise<readonly Shape[]> {
    const scans = await this.#scanning;
    const { document, spans } = this.writer.places;
    this.#shapes ??= spans.flatMap(({ start, end }, index) => {
      const scan = scans[index];
      if (scan === undefined) return [];
      const from = document.positionAt(start);
      const to = document.positionAt(end);
      return {
        ...scan,
        indentation: this.#indentation,
        lineBefore: document.lineAt(from).text.slice(0, from.character),
        lineAfter: document.lineAt(to).text.slice(to.character),
        prose,
        content,
        ownLine: this.#mode === 'below',
        replaces: this.#mode === 'selection' || this.isFile,
        isFile: this.isFile && document.getText() === '',
      };
    });
    return this.#shapes.map((options) => new Shape(options));
  }

  /**
   * The text of the answer at each place. If the old text has several lines, it is compared with the answer, so that unchanged
   * lines stay untouched.
   */
  async texts(): Promise<{ readonly isDiff: boolean; readonly texts: readonly PlacedText[] }> {
    const scans = await this.#scanning;
    const { places } = this.writer;
    const old = places.spans.map((_, index) => places.oldText(index));
    const isDiff = this.isFile || (this.#mode === 'selection' && old.some((text) => text.includes('\n')));
    const scope = this.isFile ? 'part' : 'whole';
    const texts = old.map((text, index) =>
      isDiff ? new ReplacedText(text, scans[index]?.verbatim === true, scope) : new InsertedText(text),
    );
    return { isDiff, texts };
  }

  /** The document around the first place, for the prompt. */
  surroundings(): Surroundings {
    const { document, spans } = this.writer.places;
    const { start, end } = spans[0] ?? { start: 0, end: 0 };
    const text = document.getText();
    // Not awaited: the hint is not worth delaying the request.
    const scan = this.#scans?.[0];
    return {
      language: scan?.language ?? document.languageId,
      inside: (scan?.verbatim ?? isVerbatim(document.languageId)) ? 'text' : insideOf[scan?.place.type ?? 'code'],
      fileName: document.isUntitled ? document.fileName : vscode.workspace.asRelativePath(document.uri),
      before: text.slice(0, start),
      selection: text.slice(start, end),
      after: text.slice(end),
    };
  }
}

/** The comment before a cursor probably asks for code, which goes below it. */
const insideOf: Readonly<Record<CursorPlace['type'], Surroundings['inside']>> = {
  string: 'string',
  'block-comment': 'comment',
  code: 'code',
  'line-comment': 'code',
};

export function targetFrom(editor: vscode.TextEditor, options: TargetOptions, scanner: CursorScanner): InsertionTarget {
  const { document } = editor;
  const chosen = options.mode === 'file' ? [editor.selection] : (options.selections ?? editor.selections);
  const ranges = chosen.map((selection) => rangeFor(document, selection, options.mode)).toSorted((a, b) => a.start.compareTo(b.start));
  const spans = ranges
    .map(({ start, end }) => ({ start: document.offsetAt(start), end: document.offsetAt(end) }))
    // Two selections that end on the same line share the place below.
    .filter((span, index, others) => index === 0 || span.start !== others[index - 1]?.start);
  const scanning = scanner.scan(
    document,
    spans.map(({ start }) => start),
  );
  return new InsertionTarget(editor, new RangeWriter(document, spans), options.mode, scanning);
}

/** The question in the document: the selection, or the comment above the cursor. */
export async function questionIn(editor: vscode.TextEditor, scanner: CursorScanner): Promise<string | undefined> {
  const { document, selection } = editor;
  if (!selection.isEmpty) return document.getText(selection).trim() || undefined;
  const before = document.getText(new vscode.Range(0, 0, selection.active.line, selection.active.character));
  return questionAbove(before, await scanner.comments(document.languageId));
}

export function readOnlySentence(document: vscode.TextDocument): string {
  const name = vscode.workspace.asRelativePath(document.uri);
  return vscode.l10n.t('{0} is read-only. Open a file that can be edited, and insert again.', name);
}

/** A sentence that says why the document cannot be changed; undefined if it can. */
export async function whyNotWritable(document: vscode.TextDocument): Promise<string | undefined> {
  // A cell's URI is not a file; its notebook's is.
  const { uri } = notebookOf(document) ?? document;
  const isWritable = vscode.workspace.fs.isWritableFileSystem(uri.scheme);
  const sentence = readOnlySentence(document);
  if (document.isUntitled || uri.scheme === 'untitled' || uri.scheme === 'vscode-scm') return undefined;
  // Undefined for virtual documents of extensions.
  if (isWritable !== true) return sentence;
  try {
    const { permissions } = await vscode.workspace.fs.stat(uri);
    return permissions !== undefined && (permissions & vscode.FilePermission.Readonly) !== 0 ? sentence : undefined;
  } catch {
    // A new file is not on disk yet.
    return undefined;
  }
}

function notebookOf(document: vscode.TextDocument): vscode.NotebookDocument | undefined {
  if (document.uri.scheme !== 'vscode-notebook-cell') return undefined;
  return vscode.workspace.notebookDocuments.find((each) => each.getCells().some((cell) => cell.document === document));
}

function rangeFor(document: vscode.TextDocument, selection: vscode.Selection, mode: TargetMode): vscode.Range {
  switch (mode) {
    case 'cursor':
      return new vscode.Range(selection.active, selection.active);
    case 'selection':
      return trimmed(document, selection);
    case 'file':
      return new vscode.Range(new vscode.Position(0, 0), document.lineAt(document.lineCount - 1).range.end);
    case 'below': {
      const { end } = trimmed(document, selection);
      const line = document.lineAt(end).range.end;
      return new vscode.Range(line, line);
    }
    default:
      return mode satisfies never;
  }
}

/** Excludes the indentation of the first line and the last line end, which stay around the answer. */
function trimmed(document: vscode.TextDocument, selection: vscode.Selection): vscode.Range {
  if (selection.isEmpty) return selection;
  let { start, end } = selection;
  const indent = document.lineAt(start).firstNonWhitespaceCharacterIndex;
  if (start.character < indent && (end.line > start.line || end.character > indent)) {
    start = start.with({ character: indent });
  }
  if (end.character === 0 && end.line > start.line) end = document.lineAt(end.line - 1).range.end;
  return end.isBefore(start) ? selection : new vscode.Range(start, end);
}

function indentationOf(editor: vscode.TextEditor): Indentation {
  const { insertSpaces, tabSize, indentSize } = editor.options;
  const columns = typeof tabSize === 'number' ? tabSize : 4;
  return { tabs: insertSpaces === false, size: Math.max(1, typeof indentSize === 'number' ? indentSize : columns) };
}
