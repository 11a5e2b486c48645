// A document in the real editor and an answer fed to it by hand, for the tests of insertions.
import * as vscode from 'vscode';
import type { EndReason, StreamEvent } from '../../src/api.ts';
import { Tape } from '../../src/core/answer/tape/tape.ts';
import { loadTextMate } from '../../src/node/textmate.ts';
import { type InsertionTarget, targetFrom, type TargetOptions } from '../../src/vscode/insert/insertionTarget.ts';
import { LanguageContributions } from '../../src/vscode/languages/contributions.ts';
import { CursorScanner } from '../../src/vscode/languages/cursorScanner.ts';
import { Grammars } from '../../src/vscode/languages/grammars.ts';
import { type InsertedAnswer, type InsertionOptions, Insertions } from '../../src/vscode/insert/insertion.ts';

const usage = { prompt: 0, completion: 0, total: 0, estimated: true, attempts: 1 };

/** What an engine would do, by hand. */
export class Feed {
  readonly tape: Tape<StreamEvent>;
  readonly answer: InsertedAnswer;
  stopped = 0;
  /** The answers that follow when it is resumed. */
  readonly next: Feed[] = [];

  constructor(maxLag = 100) {
    this.tape = new Tape<StreamEvent>(maxLag);
    this.answer = {
      reader: this.tape.read({ pacing: true }),
      stop: () => {
        this.stopped++;
        this.end('cancelled');
      },
      resume: async () => this.next.shift()?.answer.reader,
    };
  }

  text(...pieces: readonly string[]): this {
    for (const text of pieces) if (!this.tape.ended) this.tape.write({ type: 'text', text });
    return this;
  }

  end(reason: EndReason = 'stop'): this {
    if (this.tape.ended) return this;
    this.tape.write({ type: 'end', reason, text: '', usage, timing: { totalMs: 0, waitsMs: 0 } });
    this.tape.end();
    return this;
  }

  /** As a network would: only as long as there is room. */
  async pour(pieces: readonly string[], between?: () => Promise<unknown> | undefined): Promise<this> {
    const { signal } = new AbortController();
    for (const piece of pieces) {
      if (!this.tape.hasRoom) await this.tape.room(signal);
      this.text(piece);
      await between?.();
    }
    return this;
  }
}

export const options: InsertionOptions = { prose: 'comment', onClosed: async () => 'leave' };

export const contributions = new LanguageContributions();
const scanner = new CursorScanner(contributions, new Grammars(contributions, () => loadTextMate(vscode.env.appRoot)));

export const targetAt = (editor: vscode.TextEditor, where: TargetOptions): InsertionTarget => targetFrom(editor, where, scanner);

let scenes = 0;
/** What a window of this workspace remembers for the next one. */
export const memory = new (class implements vscode.Memento {
  readonly #kept = new Map<string, unknown>();
  keys = (): readonly string[] => [...this.#kept.keys()];
  get = <T>(key: string, instead?: T): T => (this.#kept.get(key) ?? instead) as T;
  update = async (key: string, value: unknown): Promise<void> => void this.#kept.set(key, value);
})();

export const insertions = (): Insertions => new Insertions(memory, `rivulet.test${scenes++}`);
export const lastPrefix = (): string => `rivulet.test${scenes - 1}`;

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Until it is so; a test that waits in vain fails by its own time limit. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await wait(5);
}

let files = 0;

/** A new file in the workspace, shown; `|` are the cursors. */
export async function open(picture: string, options: { name?: string; language?: string } = {}): Promise<vscode.TextEditor> {
  const folder = vscode.workspace.workspaceFolders![0]!.uri;
  const uri = vscode.Uri.joinPath(folder, `scene-${files++}${options.name ?? '.txt'}`);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(picture.replaceAll('|', '')));
  const document = await vscode.workspace.openTextDocument(uri);
  if (options.language !== undefined) await vscode.languages.setTextDocumentLanguage(document, options.language);
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  editor.selections = cursors(picture).map((offset) => {
    const at = document.positionAt(offset);
    return new vscode.Selection(at, at);
  });
  return editor;
}

function cursors(picture: string): number[] {
  const found: number[] = [];
  for (let at = picture.indexOf('|'); at !== -1; at = picture.indexOf('|', at + 1)) found.push(at - found.length);
  return found;
}

/** Throws away all that was typed, so that nothing asks for a name. */
export async function closeAll(): Promise<void> {
  for (const _ of vscode.window.tabGroups.all.flatMap((group) => group.tabs)) {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
