/** What can be done with an answer: one table for the buttons under it, its menu, the status bar's menu, and the commands. */
import { type Answer, isResumable, written } from './entries.ts';
import type { MessageState } from './page/protocol.ts';
import type { PageStrings } from './page/pageStrings.ts';

export type AnswerActionId =
  | 'stop'
  | 'pick'
  | 'copy'
  | 'insert'
  | 'resume'
  | 'regenerate'
  | 'fork'
  | 'copyMarkdown'
  | 'copyPlainText'
  | 'compareWords';

/** What decides which actions an answer has. */
export interface AnswerFacts {
  readonly running: boolean;
  /** It has no text yet. */
  readonly empty: boolean;
  /** It stands beside other answers to the same question, of which none is picked yet. */
  readonly compared: boolean;
  /** There are other answers to its question. */
  readonly hasOthers: boolean;
  /** It broke off or was stopped, and its rest can be asked for. */
  readonly resumable: boolean;
}

export interface AnswerAction {
  /** A codicon. */
  readonly icon: string;
  readonly label: keyof PageStrings;
  /** A button with its words, an icon in the row under the answer, or an item of the answer's menu. */
  readonly place: 'button' | 'row' | 'menu';
  /** The command that does it with the newest answer, without `rivulet.`. */
  readonly command?: 'resume' | 'regenerate';
  readonly applies: (facts: AnswerFacts) => boolean;
}

/** In the order in which they are shown. */
export const answerActions: Readonly<Record<AnswerActionId, AnswerAction>> = {
  // Other answers are stopped in the composer; answers side by side one by one.
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
  fork: { icon: 'repo-forked', label: 'fork', place: 'row', applies: ({ running, compared }) => !running && !compared },
  copyMarkdown: { icon: 'markdown', label: 'copyMarkdown', place: 'menu', applies: ({ empty }) => !empty },
  copyPlainText: { icon: 'symbol-text', label: 'copyPlainText', place: 'menu', applies: ({ empty }) => !empty },
  compareWords: {
    icon: 'diff',
    label: 'compareWords',
    place: 'menu',
    applies: ({ empty, hasOthers }) => hasOthers && !empty,
  },
};

export interface OfferedAction extends AnswerAction {
  readonly id: AnswerActionId;
}

/** The actions that an answer has, in order. */
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
