/** Support: log, diagnostics, recordings, and the chat service for other programs. */
import * as vscode from 'vscode';
import type { ChatService } from '../../node/chatService/chatService.ts';
import { originOf } from '../../core/provider/opaque.ts';
import { vscodeModelsAddress } from '../runtime/vscodeModels.ts';
import type { Feature } from '../feature.ts';
import type { Models } from '../models/createModels.ts';
import type { Runtime } from '../runtime/createRuntime.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import { aNumber, argument, aUri, options } from '../ui/arguments.ts';
import { ChatServiceCommands } from './chatServiceCommands.ts';
import { copyDiagnostics } from './diagnostics.ts';
import { type RecordingPorts, replayStream, saveStream } from './recordings.ts';
import { logStreams } from './streamLog.ts';

export function createSupport(
  { secrets, extension }: vscode.ExtensionContext,
  settings: LiveSettings,
  runtime: Runtime,
  { answers, endpoints, keys }: Models,
  keepInPanel: RecordingPorts['keepInPanel'],
): Feature {
  const { clock, engine, log, recorder, replay, statistics, undici } = runtime;
  const streamLog = logStreams({ engine, log, statistics, withText: () => settings.now().logText });
  const load = async (): Promise<ChatService> => {
    const { ChatService: Service } = await import('../../node/chatService/chatService.ts');
    return new Service({
      // A request of a program never runs the user's trigger commands.
      begin: (asked) => answers.begin({ ...asked, byProgram: true }, { triggers: [] }),
      target: async (asked) => {
        const found = await endpoints.find(asked ?? settings.now().model);
        if (!('type' in found)) return undefined;
        const { endpoint, memory, model } = found;
        const spoken = endpoint.apiBy === 'guess' && memory.api !== undefined ? { ...endpoint, api: memory.api } : endpoint;
        return {
          api: endpoint.baseURL === vscodeModelsAddress ? 'vscode' : (spoken.api ?? 'chat'),
          origin: originOf(spoken, model),
        };
      },
      models: async () => (await endpoints.list()).map(({ endpoint, model }) => `${endpoint}/${model}`),
      clock,
    });
  };
  const chatService = new ChatServiceCommands({ load, secrets, settings });
  const recordings = { engine, recorder, replay, settings, keepInPanel };
  const { version } = extension.packageJSON as { readonly version: string };
  return {
    commands: {
      showLog: () => log.show(),
      copyDiagnostics: () => copyDiagnostics({ version, settings, keys, engine, undici, statistics }),
      saveStream: (file) => saveStream(recordings, argument(file, aUri)),
      replayStream: (given) =>
        replayStream(recordings, options(given instanceof vscode.Uri ? { file: given } : given, { file: aUri, speed: aNumber })),
      startChatService: () => chatService.start(),
      stopChatService: () => chatService.stop(),
    },
    dispose: () => vscode.Disposable.from(streamLog, chatService).dispose(),
  };
}
