/** Token usage of an answer over all its attempts: the server's count if there is one, otherwise an estimate. */
import type { AttemptUsage, Message, TokenCost, Usage } from '../../api.ts';
import type { TokenCounts } from '../provider/provider.ts';
import { readableText } from '../provider/parts.ts';
import { mostAtOnce } from './draftCounter.ts';
import { type CheckedCounts, ServerCounts } from './serverCounts.ts';
import { type Encoding, TokenCounter } from './tokenCounter.ts';

/** Tokens that the chat format adds: per message, and once for the header of the answer (OpenAI's cookbook). */
const perMessageTokens = 3;
const perRequestTokens = 3;

type Asked = Pick<Message, 'content'>;

const nothingBefore: Usage = { prompt: 0, completion: 0, total: 0, estimated: false, attempts: 0 };
/** The usage of an attempt that no server answered: it was not billed. */
const nothingUsed: TokenCounts = { prompt: 0, completion: 0, total: 0, reasoning: 0, cached: 0 };

export class UsageMeter {
  readonly #encoding: () => Encoding | undefined;
  #isContinued: boolean;
  readonly #attempts: AttemptMeter[] = [];
  /** Usage of earlier streams of the same answer. */
  readonly #before: Usage;
  /** Whether the first request reads an answer again that `#before` already counts. */
  #isReread: boolean;

  /**
   * @param encoding the tokenizer of the model's family, once it is loaded
   * @param isContinued whether an earlier stream of the same answer has paid for the prompt
   * @param counted usage of an earlier stream whose answer is read again
   */
  constructor(encoding: () => Encoding | undefined, isContinued = false, counted?: Usage) {
    this.#encoding = encoding;
    this.#isContinued = isContinued;
    this.#before = counted ?? nothingBefore;
    this.#isReread = counted !== undefined;
  }

  /** The server no longer has the answer, so new requests are paid for in addition. */
  rereadFailed(): void {
    this.#isReread = false;
    this.#isContinued = true;
  }

  begin(messages: readonly Asked[], of: AttemptRole = {}): AttemptMeter {
    const attempt = new AttemptMeter(messages, this.#encoding, of);
    this.#attempts.push(attempt);
    return attempt;
  }

  /**
   * Tokens paid for more than once: prompts after the first, and text that was repeated or lost. Requests that continue a
   * turn paused by the server repeat nothing.
   */
  get #paidAgain(): TokenCost {
    const answered = this.#attempts.filter((attempt) => attempt.answered);
    let isPaid = this.#isContinued || (this.#isReread && this.#before.total > 0);
    let hasReasoned = false;
    let { prompt, completion } = this.#before.paidAgain ?? nothingBefore;
    for (const [index, attempt] of answered.entries()) {
      const usage = attempt.usage();
      const isLost = attempt.isLost(index < answered.length - 1);
      if (isPaid && attempt.role !== 'turn' && !(this.#isReread && attempt === this.#attempts[0])) prompt += usage.prompt;
      // Servers that do not report reasoning include it in the completion.
      const reasoning = Math.max(usage.reasoning, attempt.reasoningTokens());
      const again = attempt.repeatedTokens() + (hasReasoned && attempt.role === 'answer' ? reasoning : 0);
      completion += isLost ? usage.completion : Math.min(usage.completion, again);
      isPaid = true;
      hasReasoned ||= !isLost && reasoning > 0;
    }
    return { prompt, completion };
  }

  /** The sum of all attempts that a server answered; others were not billed. */
  total(): Usage {
    const before = this.#before;
    let { prompt, completion } = this.#isReread ? (before.paidAgain ?? nothingBefore) : before;
    let total = prompt + completion;
    let { reasoning = 0, cached = 0, cacheWrite = 0, estimated } = this.#isReread ? nothingBefore : before;
    for (const [index, attempt] of this.#attempts.entries()) {
      const isReread = index === 0 && this.#isReread;
      if (!attempt.answered && !isReread) continue;
      const usage = isReread ? this.#atLeastCounted(attempt) : attempt.usage();
      prompt += usage.prompt;
      completion += usage.completion;
      total += usage.total;
      reasoning += usage.reasoning;
      cached += usage.cached;
      cacheWrite += usage.cacheWrite ?? 0;
      estimated ||= attempt.estimated;
    }
    const paidAgain = this.#paidAgain;
    return {
      prompt,
      completion,
      total,
      ...(reasoning > 0 ? { reasoning } : {}),
      ...(cached > 0 ? { cached } : {}),
      ...(cacheWrite > 0 ? { cacheWrite } : {}),
      ...(paidAgain.prompt + paidAgain.completion === 0 ? {} : { paidAgain }),
      estimated,
      attempts: this.#attempts.length + Math.max(0, before.attempts - 1),
    };
  }

  /** Usage of the answer read again, but no less than counted before: it may have broken off earlier this time. */
  #atLeastCounted(attempt: AttemptMeter): TokenCounts {
    const { prompt, completion, reasoning = 0, cached = 0, paidAgain = nothingBefore } = this.#before;
    const counted = { prompt: prompt - paidAgain.prompt, completion: completion - paidAgain.completion, reasoning, cached };
    const total = counted.prompt + counted.completion;
    const usage = attempt.answered ? attempt.usage() : nothingUsed;
    return usage.total >= total ? usage : { ...counted, total };
  }

  /** Usage of each attempt, in order. */
  perAttempt(): readonly AttemptUsage[] {
    return this.#attempts.map((attempt) => ({
      model: attempt.model,
      ...(attempt.answered ? attempt.usage() : nothingUsed),
      estimated: attempt.estimated,
    }));
  }
}

/** The role of a request in its answer. */
export interface AttemptRole {
  /** `"<endpoint id>/<model>"`. */
  readonly model?: string;
  /**
   * `answer`: it may repeat prompt and reasoning. `turn`: it repeats nothing, such as the rest of a turn paused by the server.
   * `rest`: it repeats only the prompt. `probe`: its text is not shown.
   */
  readonly role?: 'answer' | 'turn' | 'rest' | 'probe';
}

export class AttemptMeter {
  readonly #messages: readonly Asked[];
  readonly #encoding: () => Encoding | undefined;
  readonly #text: TokenCounter;
  readonly #reasoning: TokenCounter;
  #server: ServerCounts | undefined;
  #characters = 0;
  #answered = false;
  #isFinished = false;
  #prompt: { readonly tokens: number; readonly exact: boolean } | undefined;
  readonly model: string;
  readonly role: NonNullable<AttemptRole['role']>;
  #repeated: TokenCounter | undefined;
  #lost: 'never' | 'if-followed' | 'always';

  constructor(messages: readonly Asked[], encoding: () => Encoding | undefined, { model = '', role = 'answer' }: AttemptRole = {}) {
    this.model = model;
    this.role = role;
    this.#lost = role === 'probe' ? 'always' : 'never';
    this.#messages = messages;
    this.#encoding = encoding;
    this.#text = new TokenCounter(encoding);
    this.#reasoning = new TokenCounter(encoding);
  }

  get answered(): boolean {
    return this.#answered;
  }

  /** Whether the server sent a count, even a wrong one. */
  get fromServer(): boolean {
    return this.#server !== undefined;
  }

  /** Whether any count is an estimate. */
  get estimated(): boolean {
    return this.#answered && this.#checked()?.exact !== true;
  }

  /** Text that was already delivered; it was produced again and counts. */
  repeated(text: string): void {
    this.#repeated ??= new TokenCounter(this.#encoding);
    this.#repeated.push(text);
  }

  repeatedTokens(): number {
    return this.#repeated?.count() ?? 0;
  }

  /** Its text is of no use; `if-followed`: only if another attempt replaces it. */
  lose(when: 'if-followed' | 'always'): void {
    this.#lost = when;
  }

  isLost(isFollowed: boolean): boolean {
    return this.#lost === 'always' || (this.#lost === 'if-followed' && isFollowed);
  }

  /** The server reported how the answer ended. */
  finished(): void {
    this.#isFinished = true;
  }

  /** Counts text on arrival, even if a seam leaves it out: it is billed. */
  text(text: string): void {
    this.#answered = true;
    this.#characters += text.length;
    this.#text.push(text);
  }

  reasoning(text: string): void {
    this.#answered = true;
    this.#characters += text.length;
    this.#reasoning.push(text);
  }

  /** An estimate: servers report reasoning tokens only at the end. */
  reasoningTokens(): number {
    return this.#reasoning.count();
  }

  server(usage: Partial<TokenCounts>): void {
    this.#answered = true;
    this.#server ??= new ServerCounts();
    this.#server.add(usage, this.#characters);
  }

  usage(): TokenCounts {
    const checked = this.#checked();
    if (checked !== undefined) {
      const { exact: _, ...counts } = checked;
      return counts;
    }
    const reasoning = this.#reasoning.count();
    const completion = this.#text.count() + reasoning;
    const prompt = this.#promptTokens();
    return { prompt, completion, total: prompt + completion, reasoning, cached: 0 };
  }

  #checked(): CheckedCounts | undefined {
    return this.#server?.checked({
      prompt: () => this.#promptTokens(),
      completion: () => this.#text.count() + this.#reasoning.count(),
      characters: this.#characters,
      isFinished: this.#isFinished,
    });
  }

  #promptTokens(): number {
    if (this.#prompt?.exact === true) return this.#prompt.tokens;
    const exact = this.#encoding() !== undefined;
    if (this.#prompt === undefined || exact) {
      const texts = this.#messages.map(({ content }) => readableText(content));
      // Of a longer prompt, the rest is estimated from the beginning of each message.
      const share = Math.min(1, mostAtOnce / texts.reduce((sum, { length }) => sum + length, 0));
      let tokens = 0;
      for (const text of texts) {
        const counter = new TokenCounter(this.#encoding);
        counter.push(text.slice(0, Math.ceil(text.length * share)));
        tokens += counter.count() / share;
      }
      this.#prompt = { tokens: Math.round(tokens) + perRequestTokens + perMessageTokens * texts.length, exact };
    }
    return this.#prompt.tokens;
  }
}
