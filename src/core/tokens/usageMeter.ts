/** Token usage of an answer over all its attempts: the server's count if there is one, otherwise an estimate. */
import type { AttemptUsage, Message, TokenCost, Usage } from '../../api.ts';
import type { TokenCounts } from '../provider/provider.ts';
import { readableText } from '../provider/parts.ts';
import { type CheckedCounts, ServerCounts } from './serverCounts.ts';
import { type Encoding, TokenCounter } from './tokenCounter.ts';

/** What the chat format adds, in tokens: per message, and once for the answer's own header (OpenAI's cookbook). */
const perMessageTokens = 3;
const perRequestTokens = 3;

type Asked = Pick<Message, 'content'>;

const nothingBefore: Usage = { prompt: 0, completion: 0, total: 0, estimated: false, attempts: 0 };
/** Of an attempt that no server has answered: it was not billed. */
const nothingUsed: TokenCounts = { prompt: 0, completion: 0, total: 0, reasoning: 0, cached: 0 };

export class UsageMeter {
  readonly #encoding: () => Encoding | undefined;
  #isContinued: boolean;
  readonly #attempts: AttemptMeter[] = [];
  /** What the same answer has used before. */
  readonly #before: Usage;
  /** Whether its first request reads again what was counted before, except for what had been lost by then. */
  #isReread: boolean;

  /**
   * @param encoding the tokenizer of the model's family, once it has been loaded
   * @param isContinued whether the prompt has been paid for by an earlier stream of the same answer
   * @param counted what an earlier stream has used for the answer that is read again
   */
  constructor(encoding: () => Encoding | undefined, isContinued = false, counted?: Usage) {
    this.#encoding = encoding;
    this.#isContinued = isContinued;
    this.#before = counted ?? nothingBefore;
    this.#isReread = counted !== undefined;
  }

  /** The server no longer has the answer that was to be read again: what follows is paid for beside what was. */
  rereadFailed(): void {
    this.#isReread = false;
    this.#isContinued = true;
  }

  begin(messages: readonly Asked[], of: AttemptRole = {}): AttemptMeter {
    const attempt = new AttemptMeter(messages, of.encoding ?? this.#encoding, of);
    this.#attempts.push(attempt);
    return attempt;
  }

  /**
   * What was paid for more than once: prompts after the first, and what was written again or for nothing. The later requests
   * of a turn that the server has paused are no repetition.
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
      // Servers that do not count reasoning apart have it in the completion all the same.
      const reasoning = Math.max(usage.reasoning, attempt.reasoningTokens());
      const again = attempt.repeatedTokens() + (hasReasoned && attempt.role === 'answer' ? reasoning : 0);
      completion += isLost ? usage.completion : Math.min(usage.completion, again);
      isPaid = true;
      hasReasoned ||= !isLost && reasoning > 0;
    }
    return { prompt, completion };
  }

  /** Sum over the attempts that a server has answered; one that never got through was not billed. */
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

  /** Of what is read again, as much as was counted before: it may have broken off sooner this time. */
  #atLeastCounted(attempt: AttemptMeter): TokenCounts {
    const { prompt, completion, reasoning = 0, cached = 0, paidAgain = nothingBefore } = this.#before;
    const counted = { prompt: prompt - paidAgain.prompt, completion: completion - paidAgain.completion, reasoning, cached };
    const total = counted.prompt + counted.completion;
    const usage = attempt.answered ? attempt.usage() : nothingUsed;
    return usage.total >= total ? usage : { ...counted, total };
  }

  /** The same for each attempt, in order. */
  perAttempt(): readonly AttemptUsage[] {
    return this.#attempts.map((attempt) => ({
      model: attempt.model,
      ...(attempt.answered ? attempt.usage() : nothingUsed),
      estimated: attempt.estimated,
    }));
  }
}

/** What a request is to the answer. */
export interface AttemptRole {
  /** `"<endpoint id>/<model>"`. */
  readonly model?: string;
  /** The tokenizer of its model, where that is another one. */
  readonly encoding?: () => Encoding | undefined;
  /**
   * `turn`: it repeats nothing, such as the rest of a turn that the server has paused. `rest`: it repeats the prompt alone.
   * `probe`: nothing of it is shown.
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

  /** The server has counted, whatever its count is worth. */
  get fromServer(): boolean {
    return this.#server !== undefined;
  }

  /** Some of it was counted here. */
  get estimated(): boolean {
    return this.#answered && this.#checked()?.exact !== true;
  }

  /** Text that had been delivered before; it is counted as produced all the same. */
  repeated(text: string): void {
    this.#repeated ??= new TokenCounter(this.#encoding);
    this.#repeated.push(text);
  }

  repeatedTokens(): number {
    return this.#repeated?.count() ?? 0;
  }

  /** What it has brought is of no use: `if-followed`, where another attempt takes its place. */
  lose(when: 'if-followed' | 'always'): void {
    this.#lost = when;
  }

  isLost(isFollowed: boolean): boolean {
    return this.#lost === 'always' || (this.#lost === 'if-followed' && isFollowed);
  }

  /** The server has said how the answer ended. */
  finished(): void {
    this.#isFinished = true;
  }

  /** Text counts from its arrival, also what a seam then leaves out: it was produced and will be billed. */
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

  /** Counted here; a server tells its own count only at the end. */
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
      let tokens = perRequestTokens;
      for (const message of this.#messages) {
        const counter = new TokenCounter(this.#encoding);
        counter.push(readableText(message.content));
        tokens += perMessageTokens + counter.count();
      }
      this.#prompt = { tokens, exact };
    }
    return this.#prompt.tokens;
  }
}
