/** Keep, Undo, Resume and Compare, run by lenses, keys, the palette, VS Code's peek and the diff editor's title. */
import * as vscode from 'vscode';
import type { PendingChange } from '../../../core/insert/changeLedger.ts';
import * as notify from '../../ui/notify.ts';
import type { AllChanges } from './allChanges.ts';
import type { OpenChanges } from './openChanges.ts';
import type { TextBefore } from './textBefore.ts';

export interface DecisionPorts {
  resume(answer: OpenChanges): Promise<void>;
  /** Called when nothing is left to decide about the answer. */
  close(answer: OpenChanges): void;
}

export class Decisions implements vscode.Disposable {
  readonly #all: AllChanges;
  readonly #textBefore: TextBefore;
  readonly #ports: DecisionPorts;
  readonly #commands: vscode.Disposable;

  /** @param prefix of the lenses' commands. Without arguments they apply to the newest answer, or to the change at the cursor. */
  constructor(all: AllChanges, textBefore: TextBefore, prefix: string, ports: DecisionPorts) {
    this.#all = all;
    this.#textBefore = textBefore;
    this.#ports = ports;
    const register = (name: string, run: (answer?: OpenChanges, change?: PendingChange) => unknown): vscode.Disposable =>
      vscode.commands.registerCommand(`${prefix}.${name}`, run);
    this.#commands = vscode.Disposable.from(
      register('keep', (answer) => this.#decideEnded('keep', answer)),
      register('discard', (answer) => this.#decideEnded('undo', answer)),
      register('resume', (answer) => this.#ended(answer, (ended) => ports.resume(ended))),
      register('keepChange', (answer, change) => this.#decideOne('keep', answer, change)),
      register('undoChange', (answer, change) => this.#decideOne('undo', answer, change)),
      register('peekChange', (answer, change) => this.#peek(answer, change)),
    );
  }

  dispose(): void {
    this.#commands.dispose();
  }

  /**
   * Decides about the change that VS Code's peek shows, or the one at the cursor.
   * @param given the peek passes the document's URI, all of its changes, and the index of the one it shows
   */
  async change(what: 'keep' | 'undo', given: readonly unknown[]): Promise<void> {
    const lines = linesOf(given);
    const [uri] = given;
    const document = lines === undefined ? undefined : vscode.workspace.textDocuments.find((each) => each.uri.toString() === String(uri));
    if (document === undefined || lines === undefined) return this.#decideOne(what);
    for (const { answer, changes } of this.#all.at(document, lines.first, lines.last)) await this.#decide(what, answer, changes);
  }

  /** Decides about all changes in the given or the active document. */
  async all(what: 'keep' | 'undo', given: readonly unknown[]): Promise<void> {
    const document = this.#documentOf(given[0]);
    if (document === undefined) return;
    for (const answer of this.#all.in(document)) await this.#decide(what, answer, answer.pending);
  }

  async compare(given: readonly unknown[]): Promise<void> {
    const document = this.#documentOf(given[0]) ?? this.#all.answers.find(({ isDiff }) => isDiff)?.document;
    if (document !== undefined) await this.#textBefore.compare(document);
  }

  /** Tells that lines were removed which the answer may only have left out. */
  async tellRemoved(document: vscode.TextDocument, lines: number): Promise<void> {
    const { t } = vscode.l10n;
    const show = t('Compare with Original');
    const sentence = t('The answer leaves out {0} lines between others, without a comment that stands for them. They were removed.', lines);
    if ((await notify.warning(sentence, show)) === show) await this.#textBefore.compare(document);
  }

  #documentOf(named: unknown): vscode.TextDocument | undefined {
    const documents = this.#all.answers.map(({ document }) => document);
    const isNamed = (uri: vscode.Uri): boolean =>
      named instanceof vscode.Uri && (uri.toString() === named.toString() || uri.toString() === named.query);
    const active = vscode.window.activeTextEditor?.document;
    return (
      documents.find(({ uri }) => isNamed(uri)) ?? documents.find((each) => each === active || each.uri.toString() === active?.uri.query)
    );
  }

  async #decideEnded(what: 'keep' | 'undo', given?: OpenChanges): Promise<void> {
    return this.#ended(given, (answer) => this.#decide(what, answer, answer.pending));
  }

  /** Runs it for the given answer, or for the newest one that has ended. */
  async #ended(given: OpenChanges | undefined, run: (answer: OpenChanges) => Promise<void>): Promise<void> {
    const { answers } = this.#all;
    const answer = answers.find((each) => each === given) ?? answers.findLast(({ state }) => state !== 'growing');
    if (answer !== undefined && answer.state !== 'growing') await run(answer);
  }

  async #decideOne(what: 'keep' | 'undo', answer?: OpenChanges, change?: PendingChange): Promise<void> {
    const found = answer === undefined || change === undefined ? this.#all.changeAtCursor : { answer, changes: [change] };
    if (found !== undefined) await this.#decide(what, found.answer, found.changes);
  }

  async #decide(what: 'keep' | 'undo', answer: OpenChanges, changes: readonly PendingChange[]): Promise<void> {
    if (what === 'keep') answer.keep(changes);
    else await answer.undo(changes);
    if (what === 'undo' && answer.isNewFile) await removeEmpty(answer.document);
    // VS Code's own undo can bring undone changes back, so only kept ones are final.
    if (what === 'keep' && answer.state !== 'growing' && answer.pending.length === 0) this.#ports.close(answer);
  }

  /** Opens VS Code's peek, which shows the removed lines. */
  async #peek(answer?: OpenChanges, change?: PendingChange): Promise<void> {
    if (answer === undefined || change === undefined) return;
    // VS Code looks for removed lines at the line before them.
    const line = answer.lineOf(change) - (answer.markOf(change) === 'removedAbove' ? 1 : 0);
    const at = new vscode.Position(Math.max(0, line), 0);
    await vscode.window.showTextDocument(answer.document, { selection: new vscode.Range(at, at) });
    await vscode.commands.executeCommand('editor.action.dirtydiff.next');
  }
}

/** The lines of the change that the peek shows, from 0. For a change that only removes lines, the peek names the line before it. */
function linesOf([, changes, index]: readonly unknown[]): { readonly first: number; readonly last: number } | undefined {
  const change: unknown = Array.isArray(changes) && typeof index === 'number' ? changes[index] : undefined;
  if (typeof change !== 'object' || change === null) return undefined;
  const { modifiedStartLineNumber: first, modifiedEndLineNumber: last } = change as Record<string, unknown>;
  if (typeof first !== 'number' || typeof last !== 'number') return undefined;
  return last === 0 ? { first, last: first } : { first: first - 1, last: last - 1 };
}

/** Removes a file that was created for an answer of which nothing is left. */
async function removeEmpty(document: vscode.TextDocument): Promise<void> {
  if (document.getText() !== '' || !(await document.save())) return;
  const edit = new vscode.WorkspaceEdit();
  edit.deleteFile(document.uri, { ignoreIfNotExists: true });
  await vscode.workspace.applyEdit(edit);
}
