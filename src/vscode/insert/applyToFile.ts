/** Applies a code block of an answer to the file that it belongs to, as changes to keep or undo one by one. */
import * as vscode from 'vscode';
import type { LiveStream } from '../../core/answer/liveStream.ts';
import type { LeftLines } from '../../core/edit/placedText.ts';
import { type CodeBlock, firstLineName } from '../../core/insert/codeBlock.ts';
import type { CursorScanner } from '../languages/cursorScanner.ts';
import * as notify from '../ui/notify.ts';
import { type BlockPlace, placeOfBlock } from './blockFile.ts';
import type { Inserted, InsertedAnswer, InsertionOptions } from './insertion.ts';
import { type InsertionTarget, targetFrom, whyNotWritable } from './insertionTarget.ts';
import { streamedBlock } from './streamedBlock.ts';
import { wholeAnswer } from './wholeAnswer.ts';

export interface AppliedBlock {
  readonly block: CodeBlock;
  /** Names of the files attached to the question. */
  readonly attached: readonly string[];
  /** Set while the block is still being written: its answer, the answer's text before the stream, and the index of the block. */
  readonly live?: { readonly stream: LiveStream; readonly before: string; readonly index: number };
}

export interface ApplyPorts {
  readonly scanner: CursorScanner;
  readonly insert: (answer: InsertedAnswer, target: InsertionTarget, options: Partial<InsertionOptions>) => Promise<Inserted>;
  /** The text editor used last. */
  readonly editor: () => Promise<vscode.TextEditor | undefined>;
  /** Puts the code elsewhere, because the user chose so or it fits nowhere in the file. */
  readonly put: (place: Exclude<BlockPlace['type'], 'file'>, code: string, info: string) => Promise<void>;
}

export async function applyToFile(applied: AppliedBlock, ports: ApplyPorts): Promise<void> {
  const { block } = applied;
  const last = await ports.editor();
  const place = await placeOfBlock(block, applied.attached, last?.selection.isEmpty === false);
  if (place === undefined) return;
  if (place.type !== 'file') return ports.put(place.type, block.code, block.info);
  const document = await vscode.workspace.openTextDocument(place.uri);
  const reason = await whyNotWritable(document);
  if (reason !== undefined) return void notify.information(reason);
  const editor = await shown(document, last);
  const target = targetFrom(editor, { mode: 'file' }, ports.scanner);
  const own = document.getText();
  const answer = answerOf(applied, (code, isWhole) => withoutName(code, own, isWhole));
  const result = await ports.insert(answer, target, { content: 'code', isNewFile: place.isNew === true });
  // Not awaited: the user may never answer.
  void askAbout(result, document, ports);
}

function answerOf({ block, live }: AppliedBlock, shape: (code: string, isWhole: boolean) => string): InsertedAnswer {
  return live === undefined ? wholeAnswer(shape(block.code, true)) : streamedBlock(live.stream, live.before, live.index, shape);
}

/** Removes a first line that only names the file. */
function withoutName(code: string, own: string, isWhole: boolean): string {
  const end = code.indexOf('\n');
  if (end === -1) return isWhole ? code : '';
  const isName = firstLineName(code) !== undefined && !own.includes(code.slice(0, end).trim());
  return isName ? code.slice(end + 1) : code;
}

/** An editor that shows the document already is used as it is. The focus does not move. */
async function shown(document: vscode.TextDocument, last: vscode.TextEditor | undefined): Promise<vscode.TextEditor> {
  const visible = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  if (visible !== undefined) return visible;
  const column = last?.viewColumn;
  return vscode.window.showTextDocument(document, {
    preserveFocus: true,
    preview: false,
    ...(column === undefined ? {} : { viewColumn: column }),
  });
}

/** Asks about everything that the lines alone do not decide. */
async function askAbout(result: Inserted, document: vscode.TextDocument, ports: ApplyPorts): Promise<void> {
  const { t } = vscode.l10n;
  const { outcome, unplaced, leftLines, left, isUnchanged } = result;
  if (outcome.type !== 'ended' || outcome.reason !== 'stop') return;
  if (unplaced.length > 0) {
    const [cursor, file] = [t('Insert at Cursor'), t('New File')];
    const sentence = t(
      'Parts of the block that fit nowhere in {0}, or in several places: {1}. They were not written.',
      nameOf(document),
      unplaced.length,
    );
    const choice = await notify.warning(sentence, cursor, file);
    if (choice !== undefined) await ports.put(choice === cursor ? 'cursor' : 'new-file', unplaced.join('\n'), document.languageId);
    return;
  }
  if (left.length > 0) {
    const count = left.reduce((sum, { lines }) => sum + lines.length, 0);
    const sentence = t(
      'The block passes over {0} lines of {1} without a comment that stands for them. They were kept.',
      count,
      nameOf(document),
    );
    await offerToRemove(left, sentence, document);
  } else if (leftLines > 0) {
    const text = document.getText().split(/\r?\n/);
    const lines = text.slice(text.length - leftLines, text.at(-1) === '' ? -1 : undefined);
    const sentence = t('The block ends before {0} does. Lines after it that were kept: {1}.', nameOf(document), lines.length);
    await offerToRemove([{ newLine: text.length - leftLines, lines }], sentence, document);
  } else if (isUnchanged) void notify.information(t('{0} has these lines already.', nameOf(document)));
}

/** Removes the lines if the user agrees and they are still there. */
async function offerToRemove(left: readonly LeftLines[], sentence: string, document: vscode.TextDocument): Promise<void> {
  const remove = vscode.l10n.t('Remove Them');
  if ((await notify.information(sentence, remove)) !== remove) return;
  const edit = new vscode.WorkspaceEdit();
  const isThere = ({ newLine, lines }: LeftLines): boolean =>
    lines.every((line, at) => newLine + at < document.lineCount && document.lineAt(newLine + at).text === line);
  const found = left.filter(isThere);
  for (const { newLine, lines } of found) {
    edit.delete(document.uri, document.validateRange(new vscode.Range(newLine, 0, newLine + lines.length, 0)));
  }
  if (found.length < left.length) {
    void notify.warning(vscode.l10n.t('{0} has changed since. Lines that have moved are not removed.', nameOf(document)));
  }
  await vscode.workspace.applyEdit(edit);
}

function nameOf(document: vscode.TextDocument): string {
  return vscode.workspace.asRelativePath(document.uri);
}
