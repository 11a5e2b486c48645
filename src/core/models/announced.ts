/** Context windows announced to VS Code, whose API has no value for "unknown". */
import { type ModelFacts, windowOf } from '../provider/facts/modelFacts.ts';

export interface AnnouncedWindow {
  readonly maxInput: number;
  readonly maxOutput: number;
  /** False if no server and no setting gives the numbers; they are then safe minimums. */
  readonly isKnown: boolean;
}

/** The smallest default window of local servers, in tokens. */
const leastLocal = 4_096;
/** Current hosted chat models read more. A model that reads less rejects a longer prompt, which corrects the number. */
const leastRemote = 32_768;
/** Maximum share of the window reserved for the answer. */
const outputShare = 4;

/**
 * VS Code needs two numbers per model. If they are unknown, it gets the minimum for such a server, or the longest prompt
 * the model has accepted: VS Code then shortens a conversation too early rather than too late.
 */
export function announcedWindow(facts: ModelFacts, accepted: number, isLocal: boolean): AnnouncedWindow {
  const window = windowOf(facts);
  if (window === undefined) {
    const least = Math.max(isLocal ? leastLocal : leastRemote, accepted);
    return { ...shared(Math.min(least, facts.trainedWindow ?? least), facts.maxOutput), isKnown: false };
  }
  // A limit on the prompt alone leaves the answer its own room.
  if (facts.contextWindow === undefined) {
    return { maxInput: window, maxOutput: facts.maxOutput ?? Math.ceil(window / outputShare), isKnown: true };
  }
  const both = shared(window, facts.maxOutput);
  return { ...both, maxInput: Math.min(both.maxInput, facts.maxInput ?? both.maxInput), isKnown: true };
}

function shared(window: number, mostOutput: number | undefined): Pick<AnnouncedWindow, 'maxInput' | 'maxOutput'> {
  const maxOutput = Math.min(mostOutput ?? window, Math.ceil(window / outputShare));
  return { maxInput: window - maxOutput, maxOutput };
}
