/** Saves an answer as it came over the network, and plays a saved one in the panel: for reports of what went wrong. */
import { posix } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { EndEvent, LiveStream } from '../../core/answer/liveStream.ts';
import { type Recording, writeRecording } from '../../core/provider/http/recording.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import { replayId } from '../models/endpoints.ts';
import * as notify from '../ui/notify.ts';
import { pick, pickFiles, pickTarget } from '../ui/pick.ts';
import type { Runtime } from '../runtime/createRuntime.ts';

export interface RecordingPorts extends Pick<Runtime, 'engine' | 'recorder' | 'replay'> {
  readonly settings: LiveSettings;
  readonly keepInPanel: (question: string, stream: LiveStream) => Promise<void>;
}

const speeds = [0.1, 0.5, 1, 2, 10, 100];

/** @param target where to save the newest answer, without a dialog */
export async function saveStream({ recorder }: RecordingPorts, target?: vscode.Uri): Promise<vscode.Uri | undefined> {
  const { t } = vscode.l10n;
  const kept = recorder.recordings;
  if (kept.length === 0) {
    void notify.information(t('There is no answer to save yet.'));
    return undefined;
  }
  const recording = target === undefined ? await choose(kept) : kept[0];
  if (recording === undefined) return undefined;
  const name = `${recording.model.replace(/[^\p{L}\p{N}_.-]+/gu, '-')}.sse`;
  const file = target ?? (await pickTarget(name, { title: t('Save Stream'), filters: { [t('Event stream')]: ['sse'] } }));
  if (file === undefined) return undefined;
  await vscode.workspace.fs.writeFile(file, await writeRecording(recording, setImmediate));
  const open = t('Open');
  const said = t('The stream was saved. Your keys, and what looks like a key, were removed. It contains the text of the answer.');
  void notify.information(said, open).then(async (answer) => {
    if (answer === open) await vscode.window.showTextDocument(file);
  });
  return file;
}

async function choose(kept: readonly Recording[]): Promise<Recording | undefined> {
  const items = kept.map((recording) => ({
    label: `${new Date(recording.startedMs).toLocaleTimeString(vscode.env.language)} · ${recording.model}`,
    description: vscode.l10n.t('{0} KB', Math.ceil(recording.byteLength / 1000)),
    recording,
  }));
  return (await pick(items, { title: vscode.l10n.t('Save Stream') }))?.recording;
}

/** Resolves with the end of the answer when it has been played. */
export async function replayStream(
  ports: RecordingPorts,
  given: { readonly file?: vscode.Uri; readonly speed?: number },
): Promise<EndEvent | undefined> {
  const { t } = vscode.l10n;
  const file =
    given.file ?? (await pickFiles({ title: t('Replay Stream'), openLabel: t('Replay'), filters: { [t('Event stream')]: ['sse'] } }))?.[0];
  if (file === undefined) return undefined;
  const speed = given.speed ?? (await chooseSpeed());
  if (speed === undefined) return undefined;
  const name = posix.basename(file.path);
  const server = await ports.replay.serve(await vscode.workspace.fs.readFile(file), Math.min(100, Math.max(0.1, speed)));
  const settings = ports.settings.now().stream;
  const stream = ports.engine.start(
    {
      endpoint: { id: replayId, name: t('Replay'), baseURL: server.baseURL, api: server.api, continuation: 'ask' },
      memory: {},
      replayed: true,
      request: { model: name, messages: [{ role: 'user', content: name }] },
    },
    // What was cut off is shown cut off: asking again would play it from its beginning.
    { ...settings, triggers: [], limits: {}, retry: { ...settings.retry, maxAttempts: 1, maxResumes: 0 } },
  );
  try {
    await ports.keepInPanel(t('Replay of {0} at {1}×', name, speed), stream);
    return await stream.ended;
  } finally {
    server.close();
  }
}

async function chooseSpeed(): Promise<number | undefined> {
  const items = speeds.map((speed) => ({
    label: vscode.l10n.t('{0}×', speed),
    speed,
    ...(speed === 1 ? { description: vscode.l10n.t('original speed') } : {}),
  }));
  return (await pick(items, { title: vscode.l10n.t('Replay Stream'), placeHolder: vscode.l10n.t('Speed') }))?.speed;
}
