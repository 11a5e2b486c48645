/** The models one can ask: endpoints and their keys, the way from a question to a running answer, and the dialogs for them. */
import type * as vscode from 'vscode';
import type { Feature } from '../feature.ts';
import type { Runtime } from '../runtime/createRuntime.ts';
import { ApiKeyStore } from '../settings/apiKeys.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import { textOr } from '../ui/arguments.ts';
import { addEndpoint, connectText } from './addEndpoint.ts';
import type { ConnectOutcome } from './connect.ts';
import { editEndpoint, removeEndpoint } from './editEndpoint.ts';
import { Answers, type RequestBudget } from './answers.ts';
import { FoundApis } from './foundApis.ts';
import { Endpoints } from './endpoints.ts';
import type { KnownModels } from './knownModels.ts';
import { askToKeep } from './keepConsent.ts';
import { PlainHttpWarning } from './plainHttpWarning.ts';
import { ModelMemory } from './modelMemory.ts';
import { clearApiKey, setApiKey } from './modelPicker.ts';
import { selectModel } from './selectModel.ts';
import { testConnection } from './testConnection.ts';

export interface Models extends Feature {
  readonly known: KnownModels;
  readonly endpoints: Endpoints;
  readonly keys: ApiKeyStore;
  readonly answers: Answers;
  /** Connects the server that a text of any form speaks of; undefined where it speaks of none. */
  readonly connect: (text: string) => Promise<ConnectOutcome | undefined>;
}

export function createModels(
  { secrets, globalState }: vscode.ExtensionContext,
  settings: LiveSettings,
  runtime: Runtime,
  known: KnownModels,
  budget: RequestBudget,
): Models {
  const { client, clock, engine, tokenizer } = runtime;
  const keys = new ApiKeyStore(secrets);
  const endpoints = new Endpoints({
    client,
    known,
    foundApis: new FoundApis(globalState),
    keys,
    settings,
    plainHttp: new PlainHttpWarning(globalState),
  });
  const answers = new Answers({ engine, endpoints, known, settings, budget });
  const consent = askToKeep(engine, settings, globalState);
  const pickers = { endpoints, keys, settings };
  const connecting = { client, keys, settings };
  const test = (model: unknown) => testConnection({ client, clock, endpoints, settings, tokenizer, budget }, textOr(model, undefined));
  return {
    known,
    endpoints,
    keys,
    answers,
    connect: (text) => connectText(connecting, text),
    dispose: () => consent.dispose(),
    commands: {
      selectModel: (options) => selectModel({ endpoints, known, settings, models: new ModelMemory(globalState) }, options),
      setApiKey: (id) => setApiKey(pickers, textOr(id, undefined)),
      clearApiKey: (id) => clearApiKey(pickers, textOr(id, undefined)),
      addEndpoint: () => addEndpoint(connecting),
      editEndpoint: (id) => editEndpoint(connecting, textOr(id, undefined)),
      removeEndpoint: (id) => removeEndpoint(connecting, textOr(id, undefined)),
      testConnection: test,
    },
  };
}
