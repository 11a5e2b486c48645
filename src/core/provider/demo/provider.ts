/** The demo as a provider: plays the plans of plan.ts as deltas; an interrupted plan ends as a broken connection. */
import { fromStatus } from '../failures/failure.ts';
import { textOf } from '../parts.ts';
import type { ChatRequest, Opened, Provider } from '../provider.ts';
import { DeltaDecoder, type DeltaPiece } from '../reading/deltaDecoder.ts';
import type { DemoTexts } from './texts.ts';
import { demoModel, demoPlan, type DemoStep } from './plan.ts';

/** Used as an address; nothing is ever sent there. */
export const demoAddress = 'demo:tour';

/** Maximum number of remembered questions, without their text. */
const maxQuestions = 64;

/** Of the engine's clock. */
interface Clock {
  wall(): number;
  timer(ms: number, fire: () => void): () => void;
}

/** @param texts the texts to use; English by default */
export function demoProvider(clock: Clock, texts?: DemoTexts): Provider {
  /** Marks of questions that were asked an odd number of times, oldest first: `/429` is busy every other time. */
  const asked = new Set<number>();
  const attemptOf = (question: number): 0 | 1 => {
    if (asked.delete(question)) return 1;
    asked.add(question);
    const [oldest] = asked;
    if (asked.size > maxQuestions && oldest !== undefined) asked.delete(oldest);
    return 0;
  };
  return {
    open: async (_, request) => {
      const plan = demoPlan(request.messages, attemptOf(markOf(request)), texts);
      const [first] = plan;
      if (first?.type === 'status') return refusal(first, clock);
      return { type: 'opened', body: bodyOf(plan, promptTokens(request), clock), decoder: (sink) => new DeltaDecoder(sink) };
    },
    models: async () => ({ type: 'models', models: [demoModel], told: [] }),
    facts: async () => ({ told: [], loaded: [] }),
  };
}

function refusal({ status, retryAfterSeconds, message }: DemoStep & { type: 'status' }, clock: Clock): Opened {
  const headers = new Headers({ 'retry-after': String(retryAfterSeconds) });
  return { type: 'failed', failure: fromStatus(status, headers, { error: { message } }, clock.wall()) };
}

/** A step is played when its output fits. */
function bodyOf(plan: readonly DemoStep[], prompt: number, clock: Clock): ReadableStream<DeltaPiece> {
  const steps = plan.values();
  let tokens = 0;
  let stopPause = (): void => undefined;
  const play = async (controller: ReadableStreamDefaultController<DeltaPiece>): Promise<void> => {
    for (const step of steps) {
      switch (step.type) {
        case 'pause':
          await new Promise<void>((resolve) => {
            stopPause = clock.timer(step.ms, resolve);
          });
          break;
        case 'text':
          tokens++;
          return controller.enqueue({ type: 'text', text: step.text });
        case 'drop':
          return controller.error(new TypeError('terminated'));
        case 'stall':
          return new Promise(() => undefined);
        case 'finish':
          controller.enqueue({ type: 'usage', usage: { prompt, completion: tokens, total: prompt + tokens } });
          controller.enqueue({ type: 'end', ending: { type: 'finish', reason: 'stop' } });
          return controller.close();
        case 'status':
          break;
        default:
          step satisfies never;
      }
    }
  };
  return new ReadableStream({ pull: play, cancel: () => stopPause() }, { highWaterMark: 0 });
}

function promptTokens({ messages }: ChatRequest): number {
  return messages.reduce((sum, { content }) => sum + Math.ceil(textOf(content).length / 4) + 3, 3);
}

/** Hash that distinguishes questions without storing them (FNV-1a). */
function markOf({ messages }: ChatRequest): number {
  let mark = 0x811c9dc5;
  for (const letter of JSON.stringify(messages.map(({ role, content }) => [role, textOf(content)]))) {
    mark = Math.imul(mark ^ letter.codePointAt(0)!, 0x01000193);
  }
  return mark;
}
