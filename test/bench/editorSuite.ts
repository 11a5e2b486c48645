// Runs inside VS Code's extension host: a long answer at full speed into a real editor, beside an edit for each token.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import * as vscode from 'vscode';
import { Insertions } from '../../src/vscode/insert/insertion.ts';
import { Feed, memory, options, targetAt } from '../host/insertionScene.ts';

export interface EditorMeasured {
  readonly name: string;
  readonly characters: number;
  readonly edits: number;
  readonly totalMs: number;
  /** Edits for each 50 ms of the whole time. */
  readonly editsPerWindow: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  readonly isRight: boolean;
  readonly undos: number;
}

const charactersWanted = 20_000;
const charactersPerToken = 4;
/** The baseline is slow, so it is measured on a part. */
const baselineTokens = 400;

/** 20,000 characters of code-like lines, cut into tokens. */
function tokens(): string[] {
  let text = '';
  for (let line = 0; text.length < charactersWanted; line++) {
    text += `${'    '.repeat(line % 4)}const value${line} = compute(${line}, "text", [${line % 7}]);\n`;
  }
  const cut = text.slice(0, charactersWanted - 1) + ';';
  return Array.from({ length: charactersWanted / charactersPerToken }, (_, index) =>
    cut.slice(index * charactersPerToken, (index + 1) * charactersPerToken),
  );
}

async function measure(
  name: string,
  pieces: readonly string[],
  insert: (editor: vscode.TextEditor) => Promise<unknown>,
): Promise<EditorMeasured> {
  const document = await vscode.workspace.openTextDocument({ content: '', language: 'typescript' });
  const editor = await vscode.window.showTextDocument(document);
  // The first edit of a document loads what the editor needs for its language.
  await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'x'));
  await editor.edit((edit) => edit.delete(new vscode.Range(0, 0, 0, 1)));
  let edits = 0;
  const watch = vscode.workspace.onDidChangeTextDocument((event) => {
    if (event.document === document) edits++;
  });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startMs = performance.now();
  await insert(editor);
  const totalMs = performance.now() - startMs;
  delay.disable();
  watch.dispose();
  const text = document.getText();
  let undos = 0;
  for (; undos < 3 && document.getText() !== ''; undos++) await vscode.commands.executeCommand('undo');
  const measured = {
    name,
    characters: text.length,
    edits,
    totalMs,
    editsPerWindow: edits / Math.ceil(totalMs / 50),
    delayP99Ms: delay.percentile(99) / 1e6,
    delayMaxMs: delay.max / 1e6,
    isRight: text === pieces.join(''),
    undos: document.getText() === '' ? undos : Infinity,
  };
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  return measured;
}

export async function measureAll(): Promise<readonly EditorMeasured[]> {
  const insertions = new Insertions(memory, 'rivulet.bench');
  const all = tokens();
  const few = all.slice(0, baselineTokens);
  const streamed = async (editor: vscode.TextEditor): Promise<void> => {
    const feed = new Feed(100);
    const landing = targetAt(editor, { mode: 'cursor' });
    const done = insertions.insert(feed.answer, landing, { ...options, content: 'code' });
    await feed.pour(all);
    feed.end();
    await done;
  };
  const perToken = async (editor: vscode.TextEditor): Promise<void> => {
    for (const [index, text] of few.entries()) {
      const end = editor.document.positionAt(editor.document.getText().length);
      await editor.edit((edit) => edit.insert(end, text), { undoStopBefore: index === 0, undoStopAfter: false });
    }
  };
  const results = [
    await measure('warm-up', all, streamed),
    await measure('an edit for each token', few, perToken),
    await measure('Rivulet', all, streamed),
  ].slice(1);
  insertions.dispose();
  return results;
}
