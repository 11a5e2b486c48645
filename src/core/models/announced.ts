/** The window that is announced to VS Code, whose interface has no word for "unknown". */
import { type ModelFacts, windowOf } from '../provider/facts/modelFacts.ts';

export interface AnnouncedWindow {
  readonly maxInput: number;
  readonly maxOutput: number;
  /** False: no server and no setting tells it; the numbers are the least that can be relied on. */
  readonly isKnown: boolean;
}

/** The smallest window that a local server starts with by default. */
const leastLocal = 4_096;
/** Current chat models of vendors read more. One that reads less refuses a longer prompt, which corrects the number. */
const leastRemote = 32_768;
/** Of the window at most this share is kept free for the answer. */
const outputShare = 4;

/**
 * VS Code needs two numbers for each model. Where they are unknown it gets the least that such a server has, or the
 * longest prompt that the model has accepted so far: VS Code then shortens a conversation too early rather than too late.
 */
export function announcedWindow(facts: ModelFacts, accepted: number, isLocal: boolean): AnnouncedWindow {
  const window = windowOf(facts);
  if (window === undefined) {
    const least = Math.max(isLocal ? leastLocal : leastRemote, accepted);
    return { ...shared(Math.min(least, facts.trainedWindow ?? least), facts.maxOutput), isKnown: false };
  }
  // A limit for the prompt alone leaves the answer its own room.
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
