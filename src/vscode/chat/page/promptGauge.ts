/** Measures the next prompt of a page whenever the draft, the conversation or the model changes. */
import type { Conversation } from '../../../core/chat/conversation.ts';
import { sentOf } from '../../../core/chat/cut.ts';
import { type Attachment, type Cut, type Entry, isRunning, type Picture } from '../../../core/chat/entries.ts';
import { pictureTokens } from '../../../core/chat/pictures/pictureTokens.ts';
import type { PromptSize } from '../../../core/chat/page/protocol.ts';
import { contentOf, messagesOf } from '../../../core/chat/prompt.ts';
import { PromptMeter } from '../../../core/chat/promptMeter.ts';
import { readableText } from '../../../core/provider/parts.ts';
import type { DraftCounter } from '../../../core/tokens/draftCounter.ts';
import { TokenCounter } from '../../../core/tokens/tokenCounter.ts';
import { familyOf, vocabularyFor } from '../../../core/tokens/tokenizerFamilies.ts';
import type { Tokenizer } from '../../../node/tokenizer/tokenizer.ts';
import type { Instruction } from '../files/instructions.ts';
import type { Endpoints } from '../../models/endpoints.ts';

export interface PromptGaugePorts {
  readonly tokenizer: Tokenizer;
  readonly endpoints: Pick<Endpoints, 'contextWindow' | 'factsOf'>;
  /** Text that precedes every conversation. */
  readonly system: (instructions: readonly Instruction[]) => string;
}

export interface NextPrompt {
  readonly model: string;
  readonly conversation: Conversation;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly pictures: readonly Picture[];
  readonly instructions: readonly Instruction[];
  /** The cut before which messages are left out. */
  readonly cut: Cut | undefined;
  /** Counts the text of this page. */
  readonly counter: DraftCounter;
}

export class PromptGauge {
  readonly #ports: PromptGaugePorts;
  readonly #meter = new PromptMeter();
  /** The message of each entry. Entries are immutable, so a changed entry has a new key. */
  readonly #texts = new WeakMap<Entry, readonly string[]>();
  readonly #attached = new WeakMap<Attachment, string>();
  #loading = new Set<string>();

  constructor(ports: PromptGaugePorts) {
    this.#ports = ports;
  }

  /** Counts tokens, with the model's tokenizer if it is loaded. */
  count(model: string, text: string): number {
    const counter = new TokenCounter(() => this.#ports.tokenizer.get(model));
    counter.push(text);
    return counter.count();
  }

  /**
   * Undefined while there is nothing to send.
   * @param again called when the tokenizer of the model has been loaded, and at once if a part of a long prompt is estimated:
   * the next call counts more of it
   */
  measure(
    { model, conversation, text, attachments, pictures, instructions, cut, counter }: NextPrompt,
    again: () => void,
  ): PromptSize | undefined {
    const { thread } = conversation;
    if (thread.length === 0 && text === '' && attachments.length === 0 && pictures.length === 0) return undefined;
    const { tokenizer, endpoints, system } = this.#ports;
    const sent = sentOf(thread);
    const from = cut === undefined ? 0 : sent.entries.findIndex(({ id }) => id === cut.upTo) + 1;
    const entries = sent.entries.slice(from);
    const summary = sent.summary === undefined || cut !== undefined ? [] : [sent.summary];
    const encoding = tokenizer.get(model);
    if (encoding === undefined && !this.#loading.has(model)) {
      this.#loading.add(model);
      void tokenizer.load(model).then(again, () => undefined);
    }
    const family = familyOf(model);
    const room = {
      window: endpoints.contextWindow(model),
      maxOutput: endpoints.factsOf(model).facts.maxOutput,
      family,
      ownTokenizer: family !== undefined && vocabularyFor(family) === family,
    };
    const texts = {
      system: system(instructions),
      history: [...summary, ...entries.flatMap((entry) => this.#textsOf(entry))],
      historyPictures: tokensOf(model, picturesIn(entries)),
      running: entries.reduce((tokens, entry) => tokens + runningTokens(entry), 0),
      attachments: attachments.map((attachment) => this.#textOf(attachment)),
      pictures: tokensOf(model, pictures),
      question: text,
    };
    const size = this.#meter.measure(texts, room, encoding, counter);
    if (this.#meter.partial) again();
    return size;
  }

  window(model: string): number | undefined {
    return this.#ports.endpoints.contextWindow(model);
  }

  /** Estimated tokens of these entries in a prompt. */
  tokensOf(model: string, entries: readonly Entry[]): number {
    const texts = entries.flatMap((entry) => this.#textsOf(entry));
    return texts.reduce(
      (tokens, text) => tokens + (this.#meter.known(text) ?? this.count(model, text)),
      tokensOf(model, picturesIn(entries)),
    );
  }

  #textsOf(entry: Entry): readonly string[] {
    if (entry.role === 'assistant' && isRunning(entry)) return [];
    const known = this.#texts.get(entry) ?? messagesOf([entry]).map(({ content }) => readableText(content));
    this.#texts.set(entry, known);
    return known;
  }

  #textOf(attachment: Attachment): string {
    const known = this.#attached.get(attachment) ?? contentOf({ text: '', attachments: [attachment] });
    this.#attached.set(attachment, known);
    return known;
  }
}

function picturesIn(entries: readonly Entry[]): readonly Picture[] {
  return entries.flatMap((entry) => (entry.role === 'user' ? (entry.pictures ?? []) : []));
}

function tokensOf(model: string, pictures: readonly Picture[]): number {
  return pictures.reduce((tokens, picture) => tokens + pictureTokens(model, picture), 0);
}

function runningTokens(entry: Entry): number {
  return entry.role === 'assistant' && entry.state.type === 'live' ? entry.state.stream.usage().completion : 0;
}
