/**
 * Asks once for each server that could keep answers, after one of them has broken off, whether it may: the vendor then
 * stores them for a time, which is the person's to decide.
 */
import * as vscode from 'vscode';
import type { AnswerStream } from '../../core/answer/answerStream.ts';
import type { Engine } from '../../core/answer/engine.ts';
import type { EndEvent } from '../../core/answer/liveStream.ts';
import { isThisMachine } from '../../core/provider/baseURL.ts';
import { canRejoin } from '../../core/provider/protocols.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import * as notify from '../ui/notify.ts';

const memoryKey = 'rivulet.askedToKeep';

export function askToKeep(engine: Engine, settings: LiveSettings, memory: vscode.Memento): { dispose(): void } {
  return engine.onEnd(({ job: { endpoint }, resumes }: AnswerStream, end: EndEvent) => {
    const { api = 'chat', baseURL, id } = endpoint;
    const broke = resumes > 0 || (end.reason === 'truncated' && (end.error === undefined || end.error.kind === 'connection'));
    // Of the chat completions only a server on this machine keeps answers, which needs no consent.
    if (!broke || api === 'chat' || !canRejoin(endpoint) || isThisMachine(baseURL)) return;
    const setting = settings.now().endpoints.find((one) => one.id === id);
    const asked = memory.get<readonly string[]>(memoryKey, []);
    if (setting === undefined || setting.resumable !== undefined || asked.includes(id)) return;
    void memory.update(memoryKey, [...asked, id]);
    void ask(id, setting.name, api);
  });
}

async function ask(id: string, name: string, api: string): Promise<void> {
  const { t } = vscode.l10n;
  const yes = t('Keep Answers');
  const no = t('Do Not Keep');
  const why = t('An answer of {0} broke off. The server can keep answers while they are written.', name);
  const gain = t('The next answer that breaks off then continues where it stopped, and is paid for once.');
  const price =
    api === 'responses'
      ? t('{0} stores each answer for that, for up to 30 days.', name)
      : t('{0} stores each question and answer for that, for as long as its terms say.', name);
  const chosen = await notify.information(`${why} ${gain} ${price}`, yes, no);
  if (chosen === undefined) return;
  const config = vscode.workspace.getConfiguration('rivulet');
  const kept = config.inspect<unknown>('endpoints')?.globalValue;
  if (!Array.isArray(kept)) return;
  const changed = (kept as { readonly id?: unknown }[]).map((one) => (one.id === id ? { ...one, resumable: chosen === yes } : one));
  await config.update('endpoints', changed, vscode.ConfigurationTarget.Global);
}
