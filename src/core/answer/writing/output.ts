/** Writes new text to the tape: what limits, fences and triggers leave of it, followed by their events. */
import type { StreamEvent, Trigger } from '../../../api.ts';
import type { StreamSettings } from '../liveStream.ts';
import type { Tape } from '../tape/tape.ts';
import { type Encoding, TokenCounter } from '../../tokens/tokenCounter.ts';
import { type Halt, TextInspector } from '../../inspect/inspector.ts';
import type { PatternPorts } from '../../inspect/triggers.ts';

export interface OutputPorts extends PatternPorts {
  readonly tape: Tape<StreamEvent>;
  /** The tokenizer of the model, once loaded. */
  readonly encoding: () => Encoding | undefined;
  readonly runCommand: (trigger: Trigger) => void;
}

export class OutputWriter {
  readonly #ports: OutputPorts;
  readonly #watch: TextInspector;
  /** For the token limit alone. */
  readonly #counter: TokenCounter | undefined;
  #text = '';
  #halt: Halt | undefined;

  constructor({ limits, triggers }: Pick<StreamSettings, 'limits' | 'triggers'>, ports: OutputPorts) {
    this.#ports = ports;
    const { maxTokens = 0 } = limits;
    const counter = (this.#counter = maxTokens > 0 ? new TokenCounter(ports.encoding) : undefined);
    const { compilePattern, tooSlow } = ports;
    this.#watch = new TextInspector({ limits, triggers, tokensWith: (text) => counter?.countWith(text) ?? 0, compilePattern, tooSlow });
  }

  /** All text delivered so far. */
  get text(): string {
    return this.#text;
  }

  /** Set when no more text is wanted: the first reason holds. */
  get halt(): Halt | undefined {
    return this.#halt;
  }

  /** Tokens delivered so far. */
  tokens(): number {
    if (this.#counter !== undefined) return this.#counter.count();
    const counter = new TokenCounter(this.#ports.encoding);
    counter.push(this.#text);
    return counter.count();
  }

  /** The code block that the text ends in, see Seam. */
  get openFence(): string | undefined {
    return this.#watch.reopenableFence;
  }

  /** An answer that was begun by another stream: limits, fences and triggers go on from its end. */
  continueFrom(partial: string): void {
    this.#watch.push(partial);
    this.#counter?.push(partial);
    this.#text = partial;
  }

  push(text: string): void {
    const { tape, runCommand } = this.#ports;
    const seen = this.#watch.push(text);
    if (seen.text !== '') {
      this.#text += seen.text;
      this.#counter?.push(seen.text);
      tape.write({ type: 'text', text: seen.text });
    }
    for (const event of seen.events) tape.write(event);
    for (const trigger of seen.commands) runCommand(trigger);
    this.#halt ??= seen.halt;
  }

  /** What follows joins what is there, behind `overlap` characters that the server repeated. */
  seam(overlap: number, model?: string): void {
    this.#ports.tape.write({ type: 'seam', offset: this.#text.length, overlap, ...(model === undefined ? {} : { model }) });
  }

  haltAt(limit: Halt): void {
    this.#halt ??= limit;
  }

  /** The time is up. True when text may still come, to the end of the sentence, the code block or the line. */
  timeUp(): boolean {
    return this.#watch.timeUp();
  }

  /** The answer is over: its last line counts, and an open fence is closed. */
  end(): void {
    for (const event of this.#watch.end().events) this.#ports.tape.write(event);
  }
}
