/** The part of VS Code's API that writes into documents. A test decides when an edit lands, and when the editor answers it. */
import type { TextChange } from '../../src/core/insert/trackedRange.ts';

class Disposable {
  readonly dispose: () => void;

  constructor(dispose: () => void) {
    this.dispose = dispose;
  }

  static from(...all: readonly { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const each of all) each.dispose();
    });
  }
}

class EventEmitter<T> {
  readonly #listeners = new Set<(event: T) => void>();

  readonly event = (listener: (event: T) => void): Disposable => {
    this.#listeners.add(listener);
    return new Disposable(() => this.#listeners.delete(listener));
  };

  fire(event: T): void {
    for (const listener of Array.from(this.#listeners)) listener(event);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

class Position {
  readonly line: number;
  readonly character: number;

  constructor(line: number, character: number) {
    [this.line, this.character] = [line, character];
  }
}

class Range {
  readonly start: Position;
  readonly end: Position;

  constructor(start: Position | number, end: Position | number, endLine = 0, endCharacter = 0) {
    const isOfNumbers = typeof start === 'number' || typeof end === 'number';
    this.start = isOfNumbers ? new Position(Number(start), Number(end)) : start;
    this.end = isOfNumbers ? new Position(endLine, endCharacter) : end;
  }
}

class Uri {
  readonly scheme: string;
  readonly path: string;
  readonly authority = '';

  constructor(scheme: string, path: string) {
    [this.scheme, this.path] = [scheme, path];
  }

  toString(): string {
    return `${this.scheme}:${this.path}`;
  }
}

class TabInputText {
  readonly uri: Uri;

  constructor(uri: Uri) {
    this.uri = uri;
  }
}

class OtherTab {}

interface Changed {
  readonly document: FakeDocument;
  readonly contentChanges: readonly TextChange[];
  readonly reason?: number | undefined;
}

const changed = new EventEmitter<Changed>();
const opened = new EventEmitter<FakeDocument>();
const renames = new EventEmitter<never>();

class FakeDocument {
  readonly uri: Uri;
  readonly isUntitled: boolean;
  readonly languageId = 'plaintext';
  readonly eol = 1;
  version = 1;
  isClosed = false;
  #text: string;

  constructor(uri: Uri, text: string) {
    this.uri = uri;
    this.isUntitled = uri.scheme === 'untitled';
    this.#text = text;
  }

  get lineCount(): number {
    return this.#text.split('\n').length;
  }

  getText(range?: Range): string {
    return range === undefined ? this.#text : this.#text.slice(this.offsetAt(range.start), this.offsetAt(range.end));
  }

  positionAt(offset: number): Position {
    const lines = this.#text.slice(0, offset).split('\n');
    return new Position(lines.length - 1, lines.at(-1)?.length ?? 0);
  }

  offsetAt({ line, character }: Position): number {
    return this.#text.split('\n').slice(0, line).join('\n').length + (line > 0 ? 1 : 0) + character;
  }

  /** From the end of the document to its beginning, as VS Code tells them. */
  change(contentChanges: readonly TextChange[], reason?: number): void {
    for (const { rangeOffset, rangeLength, text } of contentChanges) {
      this.#text = this.#text.slice(0, rangeOffset) + text + this.#text.slice(rangeOffset + rangeLength);
    }
    this.version++;
    changed.fire({ document: this, contentChanges, reason });
  }

  type(before: string, text: string): void {
    this.change([{ rangeOffset: this.#text.indexOf(before), rangeLength: 0, text }]);
  }
}

/** An edit on its way. */
interface AskedEdit {
  readonly undoStopBefore: boolean;
  /** The edit reaches the document. It is refused if the document has changed since. */
  land(): void;
  /** The editor's answer reaches the extension. */
  answer(): void;
}

export class FakeEditor {
  readonly document: FakeDocument;
  readonly asked: AskedEdit[] = [];
  readonly selections = [];
  /** A closed or read-only document takes edits without applying them. */
  appliesEdits = true;

  constructor(document: FakeDocument) {
    this.document = document;
  }

  edit(build: (builder: object) => void, { undoStopBefore }: { readonly undoStopBefore: boolean }): Promise<boolean> {
    const { document } = this;
    const { version } = document;
    const changes: TextChange[] = [];
    const replace = ({ start, end }: Range, text: string): void => {
      const rangeOffset = document.offsetAt(start);
      changes.push({ rangeOffset, rangeLength: document.offsetAt(end) - rangeOffset, text });
    };
    build({ replace, insert: (at: Position, text: string) => replace(new Range(at, at), text) });
    return new Promise((resolve) => {
      let isTaken = false;
      this.asked.push({
        undoStopBefore,
        land: () => {
          isTaken = document.version === version;
          if (isTaken && this.appliesEdits) document.change(changes.toSorted((a, b) => b.rangeOffset - a.rangeOffset));
        },
        answer: () => resolve(isTaken),
      });
    });
  }
}

/** Opens a document in an editor and a tab. */
export function show(name: string, text: string, scheme = 'file'): FakeEditor {
  const editor = new FakeEditor(new FakeDocument(new Uri(scheme, `/${name}`), text));
  const { document } = editor;
  workspace.textDocuments.push(document);
  fakeVscode.window.visibleTextEditors.push(editor);
  fakeVscode.window.tabGroups.all[0]?.tabs.push({ input: new TabInputText(document.uri) });
  opened.fire(document);
  return editor;
}

export function close({ document }: FakeEditor): void {
  const { window } = fakeVscode;
  document.isClosed = true;
  workspace.textDocuments = workspace.textDocuments.filter((each) => each !== document);
  window.visibleTextEditors = window.visibleTextEditors.filter((each) => each.document !== document);
  for (const group of window.tabGroups.all) group.tabs = group.tabs.filter(({ input }) => input.uri !== document.uri);
}

const workspace = {
  textDocuments: [] as FakeDocument[],
  notebookDocuments: [],
  fs: { isWritableFileSystem: (scheme: string) => scheme === 'file' },
  asRelativePath: (uri: Uri) => uri.path,
  onDidChangeTextDocument: changed.event,
  onDidOpenTextDocument: opened.event,
  onWillRenameFiles: renames.event,
  onDidRenameFiles: renames.event,
};

export const fakeVscode = {
  Disposable,
  EventEmitter,
  Position,
  Range,
  Uri,
  TabInputText,
  TabInputTextDiff: OtherTab,
  TabInputNotebook: OtherTab,
  TabInputNotebookDiff: OtherTab,
  TabInputCustom: OtherTab,
  EndOfLine: { LF: 1, CRLF: 2 },
  TextDocumentChangeReason: { Undo: 1, Redo: 2 },
  workspace,
  window: {
    activeTextEditor: undefined,
    visibleTextEditors: [] as FakeEditor[],
    tabGroups: { all: [{ tabs: [] as { input: TabInputText }[] }] },
  },
};
