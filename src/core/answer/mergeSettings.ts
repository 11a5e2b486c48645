/** The settings of one answer: what the caller asked for, over what the user has set. */
import type { StreamOptions } from '../../api.ts';
import type { StreamSettings } from './liveStream.ts';

/** What the caller left out is as in the settings. */
export function mergeSettings(settings: StreamSettings, options: StreamOptions): StreamSettings {
  return {
    limits: { ...settings.limits, ...options.limits },
    triggers: options.triggers ?? settings.triggers,
    retry: { ...settings.retry, ...options.retry, ...options.resume },
    timeouts: { ...settings.timeouts, ...options.timeouts },
    bufferMaxDeltas: options.bufferMaxDeltas ?? settings.bufferMaxDeltas,
  };
}
