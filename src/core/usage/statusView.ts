/** What the status bar shows, as data: a pure function of the running streams. */
import type { Limits, StreamError, Timing, Usage } from '../../api.ts';

/** A running stream, or the last one that ran. */
export interface StatusStream {
  readonly text: { readonly length: number };
  readonly limits: Limits;
  usage(): Usage;
  timing(): Timing;
}

export interface StatusScene {
  /** Oldest first. */
  readonly running: readonly StatusStream[];
  /** The last stream that ended, until the next one begins. */
  readonly last: { readonly usage: Usage; readonly error?: StreamError } | undefined;
  /** Context window of the newest stream's model, in tokens; undefined if unknown. */
  readonly contextWindow: number | undefined;
}

export type StatusView =
  | { readonly state: 'idle' }
  | { readonly state: 'ended'; readonly tokens: number; readonly estimated: boolean }
  | { readonly state: 'failed'; readonly error: StreamError }
  | {
      readonly state: 'streaming';
      /** Total of all running streams. */
      readonly tokens: number;
      readonly estimated: boolean;
      /** Tokens per second, rounded; undefined for the first half second of text. */
      readonly perSecond: number | undefined;
      readonly streams: number;
      readonly near: Near | undefined;
    };

/** The limit that the newest stream is close to. */
export type Near = 'limit' | 'context';

const nearShare = 0.9;
/** A speed measured over less than this is a guess. */
const leastSpeedMs = 500;

export function statusView({ running, last, contextWindow }: StatusScene): StatusView {
  const newest = running.at(-1);
  if (newest === undefined) {
    if (last === undefined) return { state: 'idle' };
    if (last.error !== undefined) return { state: 'failed', error: last.error };
    return { state: 'ended', tokens: last.usage.completion, estimated: last.usage.estimated };
  }
  const usages = running.map((stream) => stream.usage());
  const speeds = running.flatMap((stream, index) => speedOf(usages[index]!, stream.timing()) ?? []);
  return {
    state: 'streaming',
    tokens: usages.reduce((sum, usage) => sum + usage.completion, 0),
    // A stream without an answer so far has a count of 0, which is not an estimate.
    estimated: usages.some((usage) => usage.estimated),
    perSecond: speeds.length === 0 ? undefined : Math.round(speeds.reduce((sum, speed) => sum + speed, 0)),
    streams: running.length,
    near: nearOf(newest, usages.at(-1)!, contextWindow),
  };
}

/** Tokens per second since the first token, without the waits; undefined while that would be a guess. */
export function speedOf(usage: Usage, timing: Timing): number | undefined {
  if (timing.firstTokenMs === undefined) return undefined;
  const ms = timing.totalMs - timing.firstTokenMs - timing.waitsMs;
  return ms < leastSpeedMs || usage.completion === 0 ? undefined : (usage.completion * 1_000) / ms;
}

function nearOf(stream: StatusStream, usage: Usage, contextWindow: number | undefined): Near | undefined {
  const { maxCharacters = 0, maxTokens = 0, maxSeconds = 0 } = stream.limits;
  const shares = [
    share(stream.text.length, maxCharacters),
    share(usage.completion, maxTokens),
    share(stream.timing().totalMs / 1_000, maxSeconds),
  ];
  if (shares.some((used) => used >= nearShare)) return 'limit';
  return share(usage.total, contextWindow ?? 0) >= nearShare ? 'context' : undefined;
}

/** 0 means no limit. */
function share(used: number, most: number): number {
  return most > 0 ? used / most : 0;
}
