/** Arguments and results of commands that request an answer. */
import type { EndReason, Usage } from '../../api.ts';
import type { Answer } from '../../core/chat/entries.ts';

export interface InsertOptions {
  readonly prompt?: string | undefined;
  /** `"<endpoint id>/<model>"`. */
  readonly model?: string | undefined;
}

/** What `ask` and `insertAtCursor` resolve to. */
export interface AnswerResult {
  readonly text: string;
  readonly end: EndReason;
  readonly usage: Usage;
}

/** Undefined while the answer is running, or if there is none. */
export function resultOf(answer: Answer | undefined): AnswerResult | undefined {
  if (answer?.state.type !== 'settled') return undefined;
  return { text: answer.state.text, end: answer.state.reason, usage: answer.state.usage };
}
