/** Rivulet's models in VS Code's own Chat and for other extensions: the provider, the tool, the participant, the API. */
import * as vscode from 'vscode';
import type { ExtensionAccess } from '../access/extensionAccess.ts';
import type { Models } from '../models/createModels.ts';
import type { Runtime } from '../runtime/createRuntime.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import { registerAskModelTool } from './askModelTool.ts';
import { registerParticipant } from './participant.ts';
import { ModelProvider } from './provider.ts';
import type { ReadFile } from './references.ts';

export function registerLanguageModels(
  settings: LiveSettings,
  { tokenizer }: Runtime,
  models: Models,
  access: ExtensionAccess,
  readFile: ReadFile,
): vscode.Disposable {
  const { answers, endpoints, known } = models;
  return vscode.Disposable.from(
    new ModelProvider({ answers, endpoints, known, settings, tokenizer, access }),
    registerAskModelTool({ answers, endpoints, settings }),
    registerParticipant({ answers, endpoints, settings, readFile }),
  );
}
