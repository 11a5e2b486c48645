/** Creates the features in order, each from earlier ones, and returns the API. Contains no logic. */
import * as vscode from 'vscode';
import type { RivuletApi } from './api.ts';
import { ExtensionAccess } from './vscode/access/extensionAccess.ts';
import { createChat } from './vscode/chat/createChat.ts';
import { registerCommands } from './vscode/commands.ts';
import { createInsert } from './vscode/insert/createInsert.ts';
import { registerLanguageModels } from './vscode/languageModels/createLanguageModels.ts';
import { createPublicApi } from './vscode/languageModels/publicApi.ts';
import { createModels } from './vscode/models/createModels.ts';
import { KnownModels } from './vscode/models/knownModels.ts';
import { createRuntime } from './vscode/runtime/createRuntime.ts';
import { LiveSettings } from './vscode/settings/liveSettings.ts';
import { createSupport } from './vscode/support/createSupport.ts';
import { createCounts, createUsage } from './vscode/usage/createUsage.ts';

export function activate(context: vscode.ExtensionContext): RivuletApi {
  const own = lastFirst(context);
  const log = own(vscode.window.createOutputChannel('Rivulet', { log: true }));
  const settings = own(new LiveSettings(log));
  const runtime = own(createRuntime(context, settings, log, new URL('./', import.meta.url)));
  const known = own(new KnownModels({ client: runtime.client, settings, memory: context.globalState, wall: runtime.clock.wall }));
  const counts = own(createCounts(context, settings, runtime, known));
  const access = own(
    new ExtensionAccess({
      memory: context.globalState,
      canAsk: context.extensionMode !== vscode.ExtensionMode.Test,
      ownId: context.extension.id,
    }),
  );
  const models = own(createModels(context, settings, runtime, known, counts.budget));
  const usage = own(createUsage(context, settings, runtime, counts.store, models.endpoints));
  const chat = own(createChat(context, settings, runtime, models, counts.store));
  const insert = own(createInsert(context.workspaceState, settings, runtime, models.answers, chat));
  own(chat.onUse(() => usage.seen()));
  own(chat.onInsert((wanted) => void insert.insert(wanted)));
  const support = own(createSupport(context, settings, runtime, models, chat.showInPanel));
  own(registerLanguageModels(settings, runtime, models, access, chat.readFile));
  own(
    registerCommands(
      log,
      access,
      [access, models, usage, chat, insert, support].map(({ commands }) => commands),
    ),
  );
  // Conversations are saved before their answers stop: closing the window must not look like the user's Stop.
  own({
    dispose: () => {
      chat.flush();
      runtime.engine.leaveAll();
    },
  });
  return createPublicApi(models.answers, models.endpoints, access);
}

/** Disposes the parts in reverse order when the extension is deactivated. */
function lastFirst({ subscriptions }: vscode.ExtensionContext): <T extends { dispose(): unknown }>(part: T) => T {
  const parts: { dispose(): unknown }[] = [];
  subscriptions.push({
    dispose: () =>
      parts
        .splice(0)
        .reverse()
        .forEach((part) => part.dispose()),
  });
  return (part) => {
    parts.push(part);
    return part;
  };
}
