/**
 * Plans the answers of the demo endpoint as pieces and pauses, from the request alone. It imitates real servers, including
 * their failures, so that new users can see how Rivulet handles them without a key, an account or a network.
 */
import type { Message } from '../../../api.ts';
import { textOf } from '../parts.ts';
import { englishTexts } from './englishTexts.ts';
import type { DemoTexts } from './texts.ts';

export const demoModel = 'tour';

export type DemoStep =
  | { readonly type: 'pause'; readonly ms: number }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'status'; readonly status: number; readonly retryAfterSeconds: number; readonly message: string }
  /** Cuts the connection. */
  | { readonly type: 'drop' }
  /** Keeps the connection open and stays silent. */
  | { readonly type: 'stall' }
  | { readonly type: 'finish' };

const tokenPauseMs = 12;

/**
 * @param messages the conversation as the client sent it; a last assistant message is continued behind its end
 * @param attempt how often this very question was asked before, from 0: `/429` is busy only the first time
 */
export function demoPlan(messages: readonly Message[], attempt: number, texts: DemoTexts = englishTexts): readonly DemoStep[] {
  const { question, said } = reading(messages);
  const word = /^\s*(\/\w+)/.exec(question)?.[1] ?? '';
  if (word === '/429' && attempt === 0) {
    return [{ type: 'status', status: 429, retryAfterSeconds: 3, message: texts.busy(3) }];
  }
  const rest = answerTo(question, word, texts).slice(said.length);
  const pauseMs = word === '/slow' ? 220 : word === '/long' ? 2 : tokenPauseMs;
  const steps: DemoStep[] = [{ type: 'pause', ms: 150 }];
  const breaks = said === '' && (word === '/drop' || word === '/stall');
  const breakAt = breaks ? Math.floor(rest.length * 0.55) : Infinity;
  let sent = 0;
  for (const piece of pieces(rest)) {
    if (sent >= breakAt) {
      steps.push({ type: word === '/drop' ? 'drop' : 'stall' });
      return steps;
    }
    steps.push({ type: 'text', text: piece }, { type: 'pause', ms: pauseMs });
    sent += piece.length;
  }
  steps.push({ type: 'finish' });
  return steps;
}

/** The question, and the part of its answer already delivered when the client asks to continue. */
function reading(messages: readonly Message[]): { readonly question: string; readonly said: string } {
  const last = messages.at(-1);
  const continues = last?.role === 'assistant' ? messages.length - 1 : isGoOn(messages) ? messages.length - 2 : -1;
  const until = continues === -1 ? messages.length : continues;
  const question = messages.slice(0, until).findLast((message) => message.role === 'user');
  return { question: textOf(question?.content ?? ''), said: continues === -1 ? '' : textOf(messages[continues]?.content ?? '') };
}

/** A user's "go on" behind an answer that the demo has begun for the question before it. */
function isGoOn(messages: readonly Message[]): boolean {
  const [answer, ask] = messages.slice(-2);
  return answer?.role === 'assistant' && ask?.role === 'user' && textOf(ask.content).startsWith('Your last message was cut off.');
}

/** Tokens as models send them: a word with the space before it, or a few characters of anything else. */
function pieces(text: string): readonly string[] {
  return text.match(/\s*[\p{L}\p{N}'’]{1,6}|\s*[^\s\p{L}\p{N}]{1,3}|\s+/gu) ?? [];
}

function answerTo(question: string, word: string, texts: DemoTexts): string {
  const asked = question.replace(/^\s*\/\w+\s*/, '').trim();
  const quote = asked === '' ? '' : `${texts.asked}\n\n> ${asked.slice(0, 400).replaceAll('\n', '\n> ')}\n\n`;
  switch (word) {
    case '/code':
      return quote + texts.code;
    case '/long':
      return quote + Array.from({ length: 60 }, (_, page) => texts.page(page + 1)).join('\n\n');
    case '/drop':
      return quote + texts.drop;
    case '/stall':
      return quote + texts.stall;
    case '/429':
      return quote + texts.waited;
    case '/slow':
      return quote + texts.slow;
    default:
      return quote + texts.tour(word);
  }
}
