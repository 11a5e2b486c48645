/**
 * What the demo endpoint answers: a plan of pieces and pauses made from the request alone. It acts out what real
 * servers do, so that a newcomer sees each of Rivulet's answers to it without a key, an account or a network.
 */
import type { Message } from '../../../api.ts';
import { textOf } from '../parts.ts';

export const demoModel = 'tour';
export const demoLabel = 'Demo (offline, no model)';

export type DemoStep =
  | { readonly type: 'pause'; readonly ms: number }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'status'; readonly status: number; readonly retryAfterSeconds: number; readonly message: string }
  /** Cuts the connection without a word. */
  | { readonly type: 'drop' }
  /** Keeps the connection open and says nothing any more. */
  | { readonly type: 'stall' }
  | { readonly type: 'finish' };

/** The slash words, and what each one shows. */
export const demoWords: Readonly<Record<string, string>> = {
  '/drop': 'cuts the connection in the middle of the answer; watch it being resumed',
  '/slow': 'sends a few words a second',
  '/stall': 'falls silent in the middle',
  '/429': 'is too busy at first and asks to wait',
  '/long': 'answers with many pages',
  '/code': 'answers with code',
};

const tokenPauseMs = 12;

/**
 * @param messages the conversation as the client sent it; a last assistant message is continued behind its end
 * @param attempt how often this very question was asked before, from 0: `/429` is busy only the first time
 */
export function demoPlan(messages: readonly Message[], attempt: number): readonly DemoStep[] {
  const { question, said } = reading(messages);
  const word = /^\s*(\/\w+)/.exec(question)?.[1] ?? '';
  if (word === '/429' && attempt === 0) {
    return [{ type: 'status', status: 429, retryAfterSeconds: 3, message: 'The demo is acting busy; try again in 3 seconds.' }];
  }
  const rest = answerTo(question, word).slice(said.length);
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

/** The question, and the part of its answer that was already delivered when the client asks to go on. */
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

function answerTo(question: string, word: string): string {
  const asked = question.replace(/^\s*\/\w+\s*/, '').trim();
  const quote = asked === '' ? '' : `You asked:\n\n> ${asked.slice(0, 400).replaceAll('\n', '\n> ')}\n\n`;
  switch (word) {
    case '/code':
      return quote + codeAnswer;
    case '/long':
      return quote + Array.from({ length: 60 }, (_, page) => longPage(page + 1)).join('\n\n');
    case '/drop':
      return `${quote}${dropAnswer}`;
    case '/stall':
      return `${quote}${stallAnswer}`;
    case '/429':
      return `${quote}The server was too busy at first. Rivulet read how long it asked to wait, showed the countdown, waited, and asked \
again. **Nothing was typed twice.**`;
    case '/slow':
      return `${quote}${slowAnswer}`;
    default:
      return quote + tourAnswer(word);
  }
}

function tourAnswer(word: string): string {
  const unknown = word === '' ? '' : `There is no \`${word}\` in the demo. `;
  const list = Object.entries(demoWords).map(([name, what]) => `- \`${name}\` ${what}`);
  return `${unknown}This is the **offline demo**: no model is behind it, but its words take the same way through Rivulet as those \
of a real one.

What you are watching:

1. Each piece is drawn as it arrives; the page does the same small work for the first word and for the last.
2. The number in the status bar counts tokens while they come, with a \`~\` until the server has confirmed it.
3. **Stop**, or Escape, closes the connection at once and keeps what was written.

Try what happens when a server misbehaves:

${list.join('\n')}

To use a real model, run **Rivulet: Select Model**.`;
}

const codeAnswer = `Here is a small function that waits for the first of several promises and gives up after a while:

\`\`\`ts
export async function firstOf<T>(candidates: readonly Promise<T>[], ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([...candidates, late]);
  } finally {
    clearTimeout(timer);
  }
}
\`\`\`

The \`finally\` clears the timer on both ways out, so that nothing keeps running when a candidate wins.`;

const dropAnswer = `The connection of this answer is cut about here, in the middle of a sentence, without any word from the server. Most \
tools would end the answer now and show it as if it were complete. Rivulet notices that the server never said it had finished, asks \
again with everything it has, holds the new text back until the two ends fit, and goes on writing. The thin line above this paragraph \
says so.`;

const stallAnswer = `This answer falls silent before it is complete, while the connection stays open. A silence longer than \
\`rivulet.timeouts.idleSeconds\` counts as a broken stream, and the answer is continued from where it stopped. You can also press \
**Stop** now: what was written stays, and **Resume** asks for the rest.`;

const slowAnswer = `This is what a small model on a slow machine feels like: a few words a second. Reading and writing do not wait for \
each other; scroll up, select text or type the next question while this goes on.`;

function longPage(page: number): string {
  return `## Page ${page}

Streaming turns waiting into reading. This page is number ${page} of a long answer, which is here so that you can see whether the panel \
gets slower as the text grows; it should not.

- item one of page ${page}, with \`inline code\`
- item two of page ${page}, with **bold** and *slanted* words

| step | what | cost |
| ---: | --- | --- |
| ${page}.1 | read the bytes | constant |
| ${page}.2 | grow the open block | constant |

\`\`\`python
def page_${page}(text: str) -> int:
    """Count the words of page ${page}."""
    return len(text.split())
\`\`\``;
}
