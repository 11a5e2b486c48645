/**
 * Measures the next prompt while it is written: the tokens of each part, and whether all of it fits into the context
 * window.
 */
import { DraftCounter, mostAtOnce } from '../tokens/draftCounter.ts';
import type { Family } from '../tokens/tokenizerFamilies.ts';
import type { Encoding } from '../tokens/tokenCounter.ts';
import type { PromptSize } from './page/protocol.ts';

/**
 * Tokens that the chat format adds: per message with its role, and once for the whole prompt with the header of the answer.
 * From OpenAI's cookbook and from the published chat templates of Qwen and Llama 3.
 */
const formats = {
  openai: { message: 4, request: 3 },
  qwen: { message: 5, request: 3 },
  llama3: { message: 5, request: 5 },
} as const;
/** Assumed maximum answer if the model's is unknown. */
const usualAnswer = 16_384;
/** Minimum room for an answer, in tokens. */
const leastAnswer = 256;
/** Above this share of the window, the user is warned. */
const nearShare = 0.85;

export interface PromptTexts {
  /** The system prompt, including instructions. */
  readonly system: string;
  /** Earlier questions and answers as the model receives them; each text is counted once. */
  readonly history: readonly string[];
  /** All pictures of earlier questions, in tokens. */
  readonly historyPictures: number;
  /** The running answer, in tokens. */
  readonly running: number;
  /** Files and selections as the model receives them. */
  readonly attachments: readonly string[];
  /** All attached pictures, in tokens. */
  readonly pictures: number;
  readonly question: string;
}

export interface ModelRoom {
  /** Size of the context window in tokens; undefined if unknown. */
  readonly window: number | undefined;
  readonly maxOutput: number | undefined;
  /** Whether the tokenizer is the model's own. */
  readonly ownTokenizer: boolean;
  /** The family whose chat format counts; OpenAI's if undefined. */
  readonly family?: Family | undefined;
}

export class PromptMeter {
  #encoding: Encoding | undefined;
  /** Counts by text: history and attachments rarely change between keystrokes. */
  #counts = new Map<string, number | DraftCounter>();
  #partial = false;

  /** Whether the last call estimated a part of a long prompt; each further call counts more of it. */
  get partial(): boolean {
    return this.#partial;
  }

  /** The tokens of a text of the last prompt; undefined if it has not been counted. */
  known(text: string): number | undefined {
    const count = this.#counts.get(text);
    return typeof count === 'number' ? count : undefined;
  }

  /**
   * @param encoding undefined while the tokenizer is loading
   * @param draft of the page on which the question is written
   */
  measure(
    texts: PromptTexts,
    { window, maxOutput, ownTokenizer, family }: ModelRoom,
    encoding: Encoding | undefined,
    draft: DraftCounter,
  ): PromptSize {
    const before = encoding === this.#encoding ? this.#counts : new Map<string, number | DraftCounter>();
    // What another page has counted so far is kept until one of them is done: otherwise neither would ever be.
    this.#counts = new Map(this.#partial ? before : []);
    this.#encoding = encoding;
    this.#partial = false;
    let left = mostAtOnce;
    const countWith = (counter: DraftCounter, text: string): number => {
      const tokens = counter.count(text, encoding, left);
      left -= counter.read;
      this.#partial ||= counter.partial;
      return tokens;
    };
    const count = (text: string): number => {
      const known = this.#counts.get(text) ?? before.get(text);
      if (known === undefined && left <= 0) {
        this.#partial = true;
        return Math.ceil(text.length / 4);
      }
      const counter = known ?? new DraftCounter();
      const tokens = typeof counter === 'number' ? counter : countWith(counter, text);
      this.#counts.set(text, typeof counter === 'number' || !counter.partial ? tokens : counter);
      return tokens;
    };
    const format = family === 'qwen' || family === 'llama3' ? formats[family] : formats.openai;
    const message = (text: string): number => (text === '' ? 0 : count(text) + format.message);
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

    const system = message(texts.system);
    const history = sum(texts.history.map(message)) + texts.historyPictures + texts.running;
    const attachments = sum(texts.attachments.map(count)) + texts.pictures;
    const question = countWith(draft, texts.question);
    const prompt = system + history + attachments + question + format.message + format.request;
    const measured = {
      system,
      history,
      attachments,
      question,
      prompt,
      exact: !this.#partial && ownTokenizer && encoding !== undefined && texts.pictures + texts.historyPictures + texts.running === 0,
    };
    if (window === undefined) return { ...measured, state: 'fits' };
    const answer = Math.min(maxOutput ?? usualAnswer, Math.ceil(window / 4));
    return { ...measured, window, answer, state: stateOf(prompt, answer, window) };
  }
}

function stateOf(prompt: number, answer: number, window: number): PromptSize['state'] {
  if (prompt + Math.min(answer, leastAnswer) > window) return 'over';
  return prompt + answer > window || prompt > window * nearShare ? 'near' : 'fits';
}
