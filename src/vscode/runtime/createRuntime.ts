/** The engine and its foundations: providers, connections, tokenizers, and the server that replays recordings. */
import * as vscode from 'vscode';
import { Engine } from '../../core/answer/engine.ts';
import { Statistics } from '../../core/answer/statistics.ts';
import { chineseTexts } from '../../core/provider/demo/chineseTexts.ts';
import { englishTexts } from '../../core/provider/demo/englishTexts.ts';
import { demoAddress, demoProvider } from '../../core/provider/demo/provider.ts';
import { withOwnAddresses } from '../../core/provider/ownAddresses.ts';
import { createProvider } from '../../core/provider/protocols.ts';
import { Recorder } from '../../core/provider/http/recording.ts';
import { systemClock } from '../../core/request/clock.ts';
import { ConnectionLimiter } from '../../core/request/connectionLimiter.ts';
import { ReplayServer } from '../../node/replayServer.ts';
import { PatternCompiler } from '../../node/patterns.ts';
import { Tokenizer } from '../../node/tokenizer/tokenizer.ts';
import { UndiciEvents } from '../../node/undiciEvents.ts';
import { vscodeModels, vscodeModelsAddress } from './vscodeModels.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import * as notify from '../ui/notify.ts';

export type Runtime = ReturnType<typeof createRuntime>;

/** @param files the folder of the bundles, with a trailing slash */
export function createRuntime(context: vscode.ExtensionContext, settings: LiveSettings, log: vscode.LogOutputChannel, files: URL) {
  const clock = systemClock;
  const undici = new UndiciEvents();
  const replay = new ReplayServer(clock);
  const tokenizer = new Tokenizer(files);
  const patterns = new PatternCompiler();
  const recorder = new Recorder(clock);
  const client = recorder.watch(
    // VS Code patches fetch for proxies and certificates, sometimes after activation, so it is looked up at each call.
    withOwnAddresses(
      createProvider((input, init) => globalThis.fetch(input, init), clock.wall),
      {
        [demoAddress]: demoProvider(clock, /^zh\b/i.test(vscode.env.language) ? chineseTexts : englishTexts),
        [vscodeModelsAddress]: vscodeModels({ mayAsk: (model) => context.languageModelAccessInformation.canSendRequest(model) }),
      },
    ),
  );
  const engine = new Engine({
    client,
    gate: new ConnectionLimiter(() => settings.now().maxConnections, clock),
    clock,
    random: Math.random,
    encoding: (model) => tokenizer.get(model),
    watchSent: (origin, sent) => undici.watchSent(origin, sent),
    runCommand: ({ action }) => {
      if (typeof action === 'object') void vscode.commands.executeCommand(action.command, ...(action.args ?? []));
    },
    compilePattern: patterns.compile,
    tooSlow: ({ name }) =>
      void notify.warning(
        vscode.l10n.t(
          'The trigger "{0}" is off for the rest of this answer: its regular expression takes too long. Simplify it in rivulet.triggers.',
          name,
        ),
      ),
  });
  const streaming = engine.onChange(
    () => void vscode.commands.executeCommand('setContext', 'rivulet.streaming', engine.running.length > 0),
  );
  return {
    clock,
    client,
    engine,
    files,
    tokenizer,
    recorder,
    replay,
    undici,
    log,
    statistics: new Statistics(),
    /** Stops all answers, then the server. */
    dispose: (): void => {
      engine.stopAll();
      for (const part of [streaming, replay, undici]) part.dispose();
    },
  };
}
