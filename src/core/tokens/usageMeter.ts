/** Token usage of an answer over all its attempts: the server's count if there is one, otherwise an estimate. */
import type { Message, Usage } from '../../api.ts';
import type { TokenCounts } from '../provider/provider.ts';
import { readableText } from '../provider/parts.ts';
import { type CheckedCounts, ServerCounts } from './serverCounts.ts';
import { type Encoding, TokenCounter } from './tokenCounter.ts';

/** What the chat format adds, in tokens: per message, and once for the answer's own header (OpenAI's cookbook). */
const perMessageTokens = 3;
const perRequestTokens = 3;

type Asked = Pick<Message, 'content'>;

export class UsageMeter {
  readonly #encoding: () => Encoding | undefined;
  readonly #attempts: AttemptMeter[] = [];

  /** @param encoding the tokenizer of the model's family, once it has been loaded */
  constructor(encoding: () => Encoding | undefined) {
    this.#encoding = encoding;
  }

  begin(messages: readonly Asked[]): AttemptMeter {
    const attempt = new AttemptMeter(messages, this.#encoding);
    this.#attempts.push(attempt);
    return attempt;
  }

  /** Sum over the attempts that a server has answered; one that never got through was not billed. */
  total(): Usage {
    let prompt = 0;
    let completion = 0;
    let total = 0;
    let reasoning = 0;
    let cached = 0;
    let cacheWrite = 0;
    let estimated = false;
    for (const attempt of this.#attempts) {
      if (!attempt.answered) continue;
      const usage = attempt.usage();
      prompt += usage.prompt;
      completion += usage.completion;
      total += usage.total;
      reasoning += usage.reasoning;
      cached += usage.cached;
      cacheWrite += usage.cacheWrite ?? 0;
      estimated ||= attempt.estimated;
    }
    return {
      prompt,
      completion,
      total,
      ...(reasoning > 0 ? { reasoning } : {}),
      ...(cached > 0 ? { cached } : {}),
      ...(cacheWrite > 0 ? { cacheWrite } : {}),
      estimated,
      attempts: this.#attempts.length,
    };
  }

  /** The same for each attempt, in order. */
  perAttempt(): readonly (TokenCounts & { readonly estimated: boolean })[] {
    return this.#attempts.map((attempt) => ({ ...attempt.usage(), estimated: attempt.estimated }));
  }
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

  constructor(messages: readonly Asked[], encoding: () => Encoding | undefined) {
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
