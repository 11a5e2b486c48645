/** The status bar item: the model and, while it answers, the tokens, the speed and the number of streams. */
import * as vscode from 'vscode';
import type { Timing } from '../../api.ts';
import type { AnswerStream } from '../../core/answer/answerStream.ts';
import { type StatusView, statusView } from '../../core/usage/statusView.ts';
import { ThrottledView } from '../../core/usage/throttledView.ts';
import { type ActivityPhase, ActivityDot } from '../../core/usage/activityDot.ts';
import type { Endpoints } from '../models/endpoints.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import { tooltip, type TooltipScene } from './statusTooltip.ts';
import { costOfStream, totalSentences } from './usageSentences.ts';
import type { UsageStore } from './usageStore.ts';
import { tokens, tokensInWords } from '../ui/sentences/counts.ts';
import { StatusItem, type StatusPart } from '../ui/statusItem.ts';
import type { Runtime } from '../runtime/createRuntime.ts';

/** Twice a second: VS Code restyles its window for about 8 ms each time, and faster changes cannot be read. */
const drawEveryMs = 500;
/** VS Code rebuilds an open tooltip whenever it is set, so its numbers may be this old while text arrives. */
const tooltipEveryMs = 5_000;
/** Numbers are padded to this many digits, so that the item does not move. */
const steadyDigits = 5;
/** As wide as a digit (U+2007). */
const figureSpace = '\u2007';

export interface StatusBarPorts extends Pick<Runtime, 'engine' | 'clock'> {
  readonly settings: LiveSettings;
  readonly endpoints: Endpoints;
  readonly store: UsageStore;
}

export class StatusBar {
  readonly #item = new StatusItem({ id: 'rivulet.tokens', name: 'Rivulet', command: 'rivulet.showStatus', priority: 90 });
  readonly #ports: StatusBarPorts;
  readonly #pace: ThrottledView<Drawn>;
  readonly #pulse = new ActivityDot();
  readonly #subscription: { dispose(): void };
  #tooltip: { readonly kind: string; readonly atMs: number } | undefined;
  /** The newest stream, even if it has ended: its exact count stays visible until the next one begins. */
  #newest: AnswerStream | undefined;
  /** The failed stream whose error was seen and is no longer shown. */
  #seen: AnswerStream | undefined;

  constructor(ports: StatusBarPorts) {
    this.#ports = ports;
    this.#pace = new ThrottledView<Drawn>(drawEveryMs, {
      clock: ports.clock,
      look: () => this.#look(),
      draw: (drawn) => this.#draw(drawn),
      moves: () => ports.engine.running.length > 0 && ports.settings.now().statusBarVisible,
    });
    this.#subscription = ports.engine.onChange(() => this.refresh());
    this.refresh();
  }

  /** Call after a stream or a setting has changed. */
  refresh(): void {
    this.#newest = this.#ports.engine.running.at(-1) ?? this.#newest;
    this.#pace.nudge();
  }

  /** The user has looked, so the error is no longer shown. */
  seen(): void {
    if (this.#seen === this.#newest || this.#newest?.phase !== 'ended') return;
    this.#seen = this.#newest;
    this.refresh();
  }

  dispose(): void {
    this.#pace.dispose();
    this.#subscription.dispose();
    this.#item.dispose();
  }

  #look(): Drawn {
    const { engine, clock, settings, endpoints, store } = this.#ports;
    if (!settings.now().statusBarVisible) return { visible: false };
    const newest = this.#newest;
    const model = endpoints.label(settings.now().model);
    const window = newest === undefined ? undefined : endpoints.contextWindow(newest.model);
    const last = newest?.end;
    const shown = last === undefined || newest !== this.#seen ? last : { usage: last.usage };
    const view = statusView({ running: engine.running, last: shown, contextWindow: window });
    return {
      visible: true,
      view,
      beat: this.#pulse.at(view.state === 'streaming' ? view.tokens : 0, clock.now()),
      model,
      answered: newest === undefined ? model : endpoints.asked(newest.model).model,
      tooltip: {
        model: newest === undefined ? model : endpoints.label(newest.model),
        stream: newest === undefined ? undefined : this.#used(newest, last),
        contextWindow: window,
        totals: totalSentences(store),
        ...noticed(view),
      },
    };
  }

  /** @param end of a stream that has ended */
  #used(stream: AnswerStream, end: { readonly timing: Timing } | undefined): NonNullable<TooltipScene['stream']> {
    const cost = costOfStream(this.#ports.store, stream);
    return {
      usage: stream.usage(),
      timing: end?.timing ?? stream.timing(),
      resumes: stream.resumes,
      attempts: stream.perAttempt(),
      ...(cost === undefined ? {} : { cost }),
    };
  }

  #draw(drawn: Drawn): void {
    if (!drawn.visible) return this.#item.hide();
    this.#explain(drawn);
    this.#item.spoken = spoken(drawn);
    this.#item.show(barParts(drawn), backgroundOf(drawn.view));
  }

  #explain({ view, tooltip: scene }: Extract<Drawn, { visible: true }>): void {
    const kind = JSON.stringify([
      view.state,
      scene.notice,
      scene.model,
      scene.stream?.usage.attempts,
      scene.stream?.resumes,
      scene.stream?.timing.firstTokenMs,
    ]);
    const atMs = this.#ports.clock.now();
    const young = this.#tooltip !== undefined && atMs - this.#tooltip.atMs < tooltipEveryMs;
    if (view.state === 'streaming' && young && kind === this.#tooltip?.kind) return;
    this.#tooltip = { kind, atMs };
    this.#item.tooltip = tooltip(scene);
  }
}

/** What was drawn last; the same is not drawn again. */
type Drawn =
  | { readonly visible: false }
  | {
      readonly visible: true;
      readonly view: StatusView;
      readonly beat: ActivityPhase;
      /** The selected model. */
      readonly model: string;
      /** The model of the newest answer, without its endpoint. */
      readonly answered: string;
      readonly tooltip: TooltipScene;
    };

/**
 * A spinning icon makes VS Code restyle its window sixty times a second, a tenth of the whole cost of an answer. So only
 * a wait spins; while text arrives, the dot pulses with it.
 */
const beatIcons: Readonly<Record<ActivityPhase, string>> = { waiting: 'loading~spin', high: 'circle-filled', low: 'circle-outline' };

function barParts({ view, beat, model, answered }: Extract<Drawn, { visible: true }>): readonly StatusPart[] {
  const { t } = vscode.l10n;
  switch (view.state) {
    case 'idle':
      return [{ icon: 'comment' }, model];
    case 'ended':
      return [{ icon: 'comment' }, view.tokens === 0 ? model : `${answered} · ${counted(view)}`];
    case 'failed':
      return [{ icon: 'error' }, t('{0} failed', answered)];
    case 'streaming': {
      const parts = [
        counted(view, steadyDigits),
        ...(view.perSecond === undefined ? [] : [t('{0}/s', String(view.perSecond).padStart(3, figureSpace))]),
        ...(view.streams === 1 ? [] : [t('{0} streams', view.streams)]),
      ];
      // As text too: high contrast themes have no colour for a warning.
      const near = view.near === 'limit' ? t('near the limit') : t('context nearly full');
      return [{ icon: beatIcons[beat] }, parts.join(' · '), ...(view.near === undefined ? [] : [{ icon: 'warning' }, near])];
    }
    default:
      return view satisfies never;
  }
}

function backgroundOf(view: StatusView): vscode.ThemeColor | undefined {
  if (view.state === 'failed') return new vscode.ThemeColor('statusBarItem.errorBackground');
  return view.state === 'streaming' && view.near !== undefined ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
}

/** What the colour and the icon mean, for the tooltip. */
function noticed(view: StatusView): Pick<TooltipScene, 'notice'> {
  const { t } = vscode.l10n;
  if (view.state === 'failed') return { notice: { icon: 'error', text: t('The last answer failed: {0}', view.error.message) } };
  if (view.state !== 'streaming' || view.near === undefined) return {};
  const text = view.near === 'limit' ? t('The answer is near its limit.') : t('The context window is nearly full.');
  return { notice: { icon: 'warning', text } };
}

/** For a screen reader, which cannot see an icon or a colour. */
function spoken({ view, model, answered }: Extract<Drawn, { visible: true }>): string {
  const { t } = vscode.l10n;
  switch (view.state) {
    case 'idle':
      return t('Rivulet: {0}', model);
    case 'ended':
      return t('Rivulet: {0}', view.tokens === 0 ? model : `${answered} · ${counted(view)}`);
    case 'failed':
      return t('Rivulet: the last answer failed: {0}', view.error.message);
    case 'streaming': {
      const count = counted(view);
      if (view.near === undefined) return t('Rivulet is answering: {0}', count);
      return view.near === 'limit'
        ? t('Rivulet is answering: {0}, near the limit', count)
        : t('Rivulet is answering: {0}, the context window is nearly full', count);
    }
    default:
      return view satisfies never;
  }
}

/** @param digits the minimum width */
function counted(view: { readonly tokens: number; readonly estimated: boolean }, digits = 0): string {
  return tokensInWords(view.tokens, tokens(view.tokens, view).padStart(digits, figureSpace));
}
