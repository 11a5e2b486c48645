/** Creates the models feature: endpoints, keys, answers, and their dialogs. */
import type * as vscode from 'vscode';
import type { CommandTable } from '../feature.ts';
import type { Runtime } from '../runtime/createRuntime.ts';
import { ApiKeyStore } from '../settings/apiKeys.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import { StoredList } from '../settings/storedList.ts';
import { argument, aText, listOf, oneOf, options } from '../ui/arguments.ts';
import { editEndpoint, removeEndpoint } from './editEndpoint.ts';
import { Answers, type RequestBudget } from './answers.ts';
import { keepEndpoint } from './endpointList.ts';
import { FoundApis } from './foundApis.ts';
import { Endpoints } from './endpoints.ts';
import type { KnownModels } from './knownModels.ts';
import * as notify from '../ui/notify.ts';
import { askToKeep } from './keepConsent.ts';
import { plainHttpWarning } from './plainHttpWarning.ts';
import { clearApiKey, setApiKey } from './modelPicker.ts';
import { modelNeeds, selectModel } from './selectModel.ts';
import { testConnection } from './testConnection.ts';

export type Models = ReturnType<typeof createModels>;

const maxStoredModels = 20;

export function createModels(
  { secrets, globalState }: vscode.ExtensionContext,
  settings: LiveSettings,
  runtime: Runtime,
  known: KnownModels,
  budget: RequestBudget,
) {
  const { client, clock, engine, tokenizer } = runtime;
  const keys = new ApiKeyStore(secrets);
  const endpoints = new Endpoints({
    client,
    known,
    foundApis: new FoundApis(globalState),
    keys,
    settings,
    warnOfPlainHttp: plainHttpWarning(globalState),
  });
  const answers = new Answers({ engine, endpoints, known, settings, budget });
  const consent = askToKeep({ engine, settings, memory: globalState, ask: notify.information, keep: keepEndpoint });
  const pinned = new StoredList(globalState, 'rivulet.pinnedModels', maxStoredModels);
  const recent = new StoredList(globalState, 'rivulet.recentModels', maxStoredModels);
  const connecting = { client, keys, settings };
  const test = (model: unknown) => testConnection({ client, clock, endpoints, settings, tokenizer, budget }, argument(model, aText));
  return {
    known,
    endpoints,
    keys,
    answers,
    /** Connects the server described by a text of any form; undefined if none is recognised. */
    connect: async (text: string) => (await addingEndpoints()).connectText(connecting, text),
    dispose: () => consent.dispose(),
    commands: {
      selectModel: (given) => {
        const { needs } = options(given, { needs: listOf(oneOf(modelNeeds)) });
        return selectModel({ endpoints, known, settings, pinned, recent }, needs);
      },
      setApiKey: (id) => setApiKey(connecting, argument(id, aText)),
      clearApiKey: (id) => clearApiKey(connecting, argument(id, aText)),
      addEndpoint: async () => (await addingEndpoints()).addEndpoint(connecting),
      editEndpoint: (id) => editEndpoint(connecting, argument(id, aText)),
      removeEndpoint: (id) => removeEndpoint(connecting, argument(id, aText)),
      testConnection: test,
    } satisfies CommandTable,
  };
}

/** Loaded on first use: few windows connect a server. */
const addingEndpoints = (): Promise<typeof import('./addEndpoint.ts')> => import('./addEndpoint.ts');
