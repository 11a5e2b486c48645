/** Makes the parts in order, each from those before it, and returns the API. Decides nothing. */
import * as vscode from 'vscode';
import type { RivuletApi } from './api.ts';
import { systemClock } from './core/request/clock.ts';
import { Engine } from './core/answer/engine.ts';
import { ConnectionLimiter } from './core/request/connectionLimiter.ts';
import type { LiveStream } from './core/answer/liveStream.ts';
import { Statistics } from './core/answer/statistics.ts';
import { createClient } from './core/provider/openaiChat/client.ts';
import { Recorder } from './core/provider/recording.ts';
import { ChatService } from './node/chatService/chatService.ts';
import { DemoServer } from './node/demoServer.ts';
import { pause, ReplayServer } from './node/replayServer.ts';
import { Answers } from './vscode/models/answers.ts';
import { Attachments } from './vscode/chat/attachments.ts';
import { BudgetGuard } from './vscode/usage/budgetGuard.ts';
import { Chat } from './vscode/chat/chat.ts';
import { registerCodeActions } from './vscode/insert/codeActions.ts';
import { ChatServiceCommands } from './vscode/support/chatServiceCommands.ts';
import { registerCommands } from './vscode/commands.ts';
import { Conversations } from './vscode/chat/conversations.ts';
import { registerDiagrams } from './vscode/chat/diagram.ts';
import { Endpoints } from './vscode/models/endpoints.ts';
import { createPublicApi } from './vscode/languageModels/publicApi.ts';
import { withVscodeModels } from './vscode/models/vscodeModels.ts';
import { Inserter } from './vscode/insert/inserter.ts';
import { ApiKeyStore } from './vscode/settings/apiKeys.ts';
import { pickModels } from './vscode/models/modelPicker.ts';
import { registerAskModelTool } from './vscode/languageModels/askModelTool.ts';
import { registerParticipant } from './vscode/languageModels/participant.ts';
import { ModelProvider } from './vscode/languageModels/provider.ts';
import { ChatPanel } from './vscode/chat/chatPanel.ts';
import { LiveSettings } from './vscode/settings/liveSettings.ts';
import { queuedStatus, statusOf } from './vscode/ui/sentences.ts';
import { UndiciEvents } from './node/undiciEvents.ts';
import { StreamLog } from './vscode/support/streamLog.ts';
import { StatusBar } from './vscode/usage/statusBar.ts';
import { Tokenizer } from './node/tokenizer/tokenizer.ts';
import { UsagePanel } from './vscode/usage/usagePanel.ts';
import { costOfStream, totalSentences } from './vscode/usage/usageSentences.ts';
import { UsageStore } from './vscode/usage/usageStore.ts';
import { workspaceFolder } from './vscode/chat/workspaceFolder.ts';

export function activate(context: vscode.ExtensionContext): RivuletApi {
  const own = <T extends { dispose(): unknown }>(part: T): T => {
    context.subscriptions.push(part);
    return part;
  };
  const log = own(vscode.window.createOutputChannel('Rivulet', { log: true }));
  const settings = own(new LiveSettings(log));
  const sockets = own(new UndiciEvents());
  const demo = own(new DemoServer());
  const replay = own(new ReplayServer(pause));
  const keys = new ApiKeyStore(context.secrets);
  const tokenizer = new Tokenizer(new URL('./', import.meta.url));
  // VS Code patches fetch for proxies and certificates, at times after activation: it is looked up at each call.
  const recorder = new Recorder(systemClock);
  const client = recorder.watch(
    withVscodeModels(
      createClient((input, init) => globalThis.fetch(input, init), systemClock.wall),
      {
        mayAsk: (model) => context.languageModelAccessInformation.canSendRequest(model),
      },
    ),
  );
  const gate = new ConnectionLimiter(() => settings.now().maxConnections, systemClock);
  const engine = new Engine({
    client,
    gate,
    clock: systemClock,
    random: Math.random,
    encoding: (model) => tokenizer.get(model),
    watchSent: (origin, sent) => sockets.watchSent(origin, sent),
    runCommand: ({ action }) => {
      if (typeof action === 'object') void vscode.commands.executeCommand(action.command, ...(action.args ?? []));
    },
  });
  // Answers are written down before they are stopped: what the window's end cuts off was not stopped by a person.
  own({ dispose: () => conversations.dispose() });
  own({ dispose: () => engine.stopAll() });
  const statistics = new Statistics();
  own(new StreamLog({ engine, log, statistics, withText: () => settings.now().logText }));
  const usageStore = own(
    new UsageStore({
      engine,
      folder: vscode.Uri.joinPath(context.globalStorageUri, 'usage').fsPath,
      prices: () => settings.now().prices,
      clock: systemClock,
      log,
    }),
  );
  const budget = own(new BudgetGuard({ engine, store: usageStore, budget: () => settings.now().budget, clock: systemClock }));
  const endpoints = new Endpoints({ client, keys, settings: () => settings.now(), demoBaseURL: () => demo.baseURL() });
  const answers = new Answers({ engine, endpoints, settings: () => settings.now(), refusal: () => budget.refusal() });
  const service = new ChatService({
    // A program's request runs no command of the user's, whatever the model writes.
    begin: (asked) => answers.begin({ ...asked, byProgram: true }, { triggers: [] }),
    models: async () => (await endpoints.list()).map(({ endpoint, model }) => `${endpoint}/${model}`),
    wall: systemClock.wall,
  });
  const serviceControl = own(new ChatServiceCommands({ service, secrets: context.secrets, port: () => settings.now().servicePort }));
  const keepInPanel = async (question: string, stream: LiveStream): Promise<void> => {
    await panel.reveal(true);
    await chat.adopt(question, stream);
  };
  const inserter = own(
    new Inserter({
      answers,
      settings: () => settings.now(),
      encoding: () => tokenizer.get(settings.now().model),
      keepInPanel,
    }),
  );
  const pickers = { endpoints, keys, settings: () => settings.now() };
  const attaching = own(new Attachments({ encoding: () => tokenizer.get(settings.now().model) }));
  const folder = vscode.Uri.joinPath(workspaceFolder(context.globalStorageUri), 'conversations').fsPath;
  const conversations = new Conversations({
    folder,
    log,
    begin: (model, messages, partial) => answers.begin({ model, messages: answers.withSystemPrompt(messages) }, {}, partial),
    clock: systemClock,
  });
  const chat = new Chat({
    conversations,
    attaching,
    present: {
      author: (row) => (row.role === 'assistant' ? endpoints.label(row.model) : vscode.l10n.t('You')),
      status: (answer, wait) => statusOf(answer, endpoints.label(answer.model), (model, usage) => usageStore.cost(model, usage), wait),
      queued: queuedStatus,
      model: () => ({ id: settings.now().model, label: endpoints.label(settings.now().model) }),
    },
    model: () => settings.now().model,
    modelsToCompare: () => pickModels(pickers),
    insert: (answer) => inserter.insertAnswer(answer),
    memory: context.workspaceState,
  });
  const panel = new ChatPanel({
    extensionUri: context.extensionUri,
    connect: (post, place) => chat.connect(post, place),
    view: () => settings.now().view,
  });
  own(panel.register());
  const statusBar = own(
    new StatusBar({
      engine,
      clock: systemClock,
      model: () => endpoints.label(settings.now().model),
      label: (model) => endpoints.label(model),
      visible: () => settings.now().statusBarVisible,
      contextWindow: (model) => endpoints.contextWindow(model),
      cost: (stream) => costOfStream(usageStore, stream),
      totals: () => totalSentences(usageStore),
    }),
  );
  own(usageStore.onChange(() => statusBar.refresh()));
  const usagePanel = new UsagePanel({ extensionUri: context.extensionUri, store: usageStore, label: (model) => endpoints.label(model) });
  own(engine.onChange(() => void vscode.commands.executeCommand('setContext', 'rivulet.streaming', engine.running.length > 0)));
  own(
    settings.onChange(() => {
      chat.modelChanged();
      statusBar.refresh();
    }),
  );
  own(
    registerCommands({
      engine,
      chat,
      panel,
      log,
      pickers,
      inserter,
      answers,
      conversations,
      attaching,
      serviceControl,
      recordings: {
        engine,
        recordings: () => recorder.recordings,
        serve: (file, speed) => replay.serve(file, speed),
        settings: () => settings.now().stream,
        keepInPanel,
      },
      diagnostics: {
        version: (context.extension.packageJSON as { version: string }).version,
        settings: () => settings.now(),
        keys,
        pool: () => engine.poolStats(),
        sockets: () => sockets.opened(),
        streams: () => statistics.report(),
      },
      connection: {
        client,
        clock: systemClock,
        endpoints,
        settings: () => settings.now(),
        encoding: (model) => tokenizer.get(model),
        refusal: () => budget.refusal(),
        used: (model, usage) => usageStore.addTrial(model, usage),
      },
      usagePanel,
    }),
  );
  own(
    new ModelProvider({
      answers,
      endpoints,
      encoding: (model) => tokenizer.load(model),
      onChange: (listener) => settings.onChange(listener),
    }),
  );
  own(registerAskModelTool({ answers, endpoints, model: () => settings.now().model }));
  own(registerParticipant({ answers, endpoints, model: () => settings.now().model, modelsToCompare: () => pickModels(pickers) }));
  own(registerCodeActions());
  own(registerDiagrams());
  return createPublicApi(answers, endpoints);
}
