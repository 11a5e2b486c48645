/** Shows a notification with Cancel while an answer is written into a document that is not visible. */
import * as vscode from 'vscode';
import type { LiveStream } from '../../core/answer/liveStream.ts';
import * as notify from '../ui/notify.ts';
import { editorOf } from './document/editorEdits.ts';

/** @param document returns the current document, which a rename replaces */
export function showHiddenProgress(stream: LiveStream, document: () => vscode.TextDocument): void {
  let close: (() => void) | undefined;
  const look = (): void => {
    if (editorOf(document()) !== undefined) {
      close?.();
      close = undefined;
      return;
    }
    if (close !== undefined) return;
    const unseen = new Promise<void>((resolve) => (close = resolve));
    const title = vscode.l10n.t('Rivulet is inserting into {0}', vscode.workspace.asRelativePath(document().uri));
    void notify.progress(title, async (signal) => {
      signal.addEventListener('abort', () => stream.stop());
      await Promise.race([unseen, stream.ended]);
    });
  };
  const watching = vscode.window.onDidChangeVisibleTextEditors(look);
  look();
  void stream.ended.then(() => {
    watching.dispose();
    close?.();
  });
}
