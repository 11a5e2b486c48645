/** Measures the next prompt while it is written: what each part of it costs, and whether it fits into what the model reads. */
import { DraftCounter } from '../tokens/draftCounter.ts';
import { countTokens, type Encoding, roughTokens } from '../tokens/tokenCounter.ts';
import type { PromptSize } from './page/protocol.ts';

/** What the chat format adds, in tokens: per message with its role, and once for the answer's own header (OpenAI's cookbook). */
const perMessageTokens = 4;
const perRequestTokens = 3;
/** Where nothing says how much a model writes at most. */
const usualAnswer = 16_384;
/** An answer needs at least this much room. */
const leastAnswer = 256;
/** From here on a person should know that the room ends. */
const nearShare = 0.85;

export interface PromptTexts {
  /** The system prompt, with the instructions that go along. */
  readonly system: string;
  /** Earlier questions and answers as the model gets them; each text is counted once. */
  readonly history: readonly string[];
  /** Of all pictures there, in tokens. */
  readonly historyPictures: number;
  /** The answer that is being written now, in tokens. */
  readonly running: number;
  /** Files and selections as the model gets them. */
  readonly attachments: readonly string[];
  /** Of all pictures that are attached, in tokens. */
  readonly pictures: number;
  readonly question: string;
}

export interface ModelRoom {
  /** Tokens that the model can read and write together; undefined where it is not known. */
  readonly window: number | undefined;
  readonly maxOutput: number | undefined;
  /** Whether the tokenizer is the model's own. */
  readonly ownTokenizer: boolean;
}

export class PromptMeter {
  #encoding: Encoding | undefined;
  /** By text: history and attachments hardly change from one letter to the next. */
  #counts = new Map<string, number>();
  readonly #question = new DraftCounter();

  /** @param encoding undefined while the tokenizer is loaded */
  measure(texts: PromptTexts, { window, maxOutput, ownTokenizer }: ModelRoom, encoding: Encoding | undefined): PromptSize {
    const before = encoding === this.#encoding ? this.#counts : new Map<string, number>();
    this.#encoding = encoding;
    this.#counts = new Map();
    const count = (text: string): number => {
      const known = this.#counts.get(text) ?? before.get(text);
      const tokens = known ?? (encoding === undefined ? roughTokens(text) : countTokens(encoding, text));
      this.#counts.set(text, tokens);
      return tokens;
    };
    const message = (text: string): number => (text === '' ? 0 : count(text) + perMessageTokens);
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

    const system = message(texts.system);
    const history = sum(texts.history.map(message)) + texts.historyPictures + texts.running;
    const attachments = sum(texts.attachments.map(count)) + texts.pictures;
    const question = this.#question.count(texts.question, encoding);
    const prompt = system + history + attachments + question + perMessageTokens + perRequestTokens;
    const measured = {
      system,
      history,
      attachments,
      question,
      prompt,
      exact: ownTokenizer && encoding !== undefined && texts.pictures + texts.historyPictures + texts.running === 0,
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
