/** Settings of one answer: the caller's options override the user's settings. */
import type { StreamOptions } from '../../api.ts';
import type { StreamSettings } from './liveStream.ts';

/** Options that are missing fall back to the settings. */
export function mergeSettings(settings: StreamSettings, options: StreamOptions): StreamSettings {
  return {
    limits: { ...settings.limits, ...options.limits },
    triggers: options.triggers ?? settings.triggers,
    retry: { ...settings.retry, ...options.retry, ...options.resume },
    timeouts: { ...settings.timeouts, ...options.timeouts },
    bufferMaxDeltas: options.bufferMaxDeltas ?? settings.bufferMaxDeltas,
  };
}
