/** The actions of an answer: one table for the buttons under it, its menu, the status bar menu, and the commands. */
import { type Answer, isResumable, written } from './entries.ts';
import type { MessageState } from './page/protocol.ts';
import type { PageStrings } from './page/pageStrings.ts';

/** The facts that decide which actions an answer offers. */
export interface AnswerFacts {
  readonly running: boolean;
  /** It has no text. */
  readonly empty: boolean;
  /** It belongs to a comparison that awaits a choice. */
  readonly compared: boolean;
  /** There are other answers to its question. */
  readonly hasOthers: boolean;
  /** Resume can continue it. */
  readonly resumable: boolean;
}

export interface AnswerAction {
  /** Name of a codicon. */
  readonly icon: string;
  readonly label: keyof PageStrings;
  /** `button`: a labelled button; `row`: an icon in the row under the answer; `menu`: an item of the answer's menu. */
  readonly place: 'button' | 'row' | 'menu';
  /** The command that applies it to the newest answer, without the prefix `rivulet.`. */
  readonly command?: 'resume' | 'regenerate';
  readonly applies: (facts: AnswerFacts) => boolean;
}

const table = <Id extends string>(actions: Readonly<Record<Id, AnswerAction>>): Readonly<Record<Id, AnswerAction>> => actions;

/** In display order. */
export const answerActions = table({
  // A single answer is stopped from the composer; answers side by side are stopped one by one.
  stop: { icon: 'stop-circle', label: 'stop', place: 'row', applies: ({ running, compared }) => running && compared },
  pick: { icon: 'check', label: 'pick', place: 'button', applies: ({ empty, compared }) => compared && !empty },
  copy: { icon: 'copy', label: 'copy', place: 'row', applies: ({ empty }) => !empty },
  insert: { icon: 'insert', label: 'insertAtCursor', place: 'row', applies: ({ empty }) => !empty },
  resume: {
    icon: 'debug-continue',
    label: 'resume',
    place: 'row',
    command: 'resume',
    applies: ({ running, empty, resumable }) => !running && !empty && resumable,
  },
  regenerate: { icon: 'refresh', label: 'regenerate', place: 'row', command: 'regenerate', applies: ({ running }) => !running },
  fork: { icon: 'new-session', label: 'fork', place: 'menu', applies: ({ running, empty, compared }) => !running && !empty && !compared },
  copyMarkdown: { icon: 'markdown', label: 'copyMarkdown', place: 'menu', applies: ({ empty }) => !empty },
  copyPlainText: { icon: 'symbol-text', label: 'copyPlainText', place: 'menu', applies: ({ empty }) => !empty },
  compareWords: {
    icon: 'diff',
    label: 'compareWords',
    place: 'menu',
    applies: ({ empty, hasOthers }) => hasOthers && !empty,
  },
});

export type AnswerActionId = keyof typeof answerActions;

export interface OfferedAction extends AnswerAction {
  readonly id: AnswerActionId;
}

/** The actions that apply to an answer, in display order. */
export function actionsOf(facts: AnswerFacts): readonly OfferedAction[] {
  return (Object.keys(answerActions) as AnswerActionId[])
    .map((id) => ({ id, ...answerActions[id] }))
    .filter(({ applies }) => applies(facts));
}

export function isRunningState(state: MessageState): boolean {
  return state === 'streaming' || state === 'waiting';
}

export function factsOf(answer: Answer, compared: boolean, hasOthers = compared): AnswerFacts {
  const { state } = answer;
  return {
    running: state.type === 'live',
    empty: written(answer).text === '',
    compared,
    hasOthers,
    resumable: state.type === 'settled' && isResumable(state.reason),
  };
}
