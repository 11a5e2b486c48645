/** Converts messages of Anthropic's API: texts, pictures, tools, and reasoning with its signature. */
import * as v from 'valibot';
import type { Message, Part } from '../../../../api.ts';
import { type JsonFields } from '../../../../core/provider/reading/json.ts';
import type { Target } from '../serviceApi.ts';
import { sealedFor, fromEnvelope } from '../opaque.ts';
import { simplest } from '../../../../core/provider/parts.ts';
import { type IgnoredFields, picture, pictureAt } from '../parts.ts';
import { flagField, maybe, objectField, placeOf, textField, textOrList } from '../schema.ts';
import { RequestError } from '../../requestError.ts';

const notABlock =
  'must be a text, image, tool_use, tool_result, thinking or redacted_thinking block; documents and tools of the server are not passed on';
const source = v.looseObject(
  { type: textField, media_type: maybe(textField), data: maybe(textField), url: maybe(textField) },
  'must be an object',
);
const textBlock = v.looseObject({ type: v.literal('text'), text: textField });
const imageBlock = v.looseObject({ type: v.literal('image'), source });
const resultPart = v.variant('type', [textBlock, imageBlock], 'must be a text or image block; documents are not passed on');
const block = v.variant(
  'type',
  [
    textBlock,
    imageBlock,
    v.looseObject({ type: v.literal('tool_use'), id: textField, name: textField, input: objectField }),
    v.looseObject({
      type: v.literal('tool_result'),
      tool_use_id: textField,
      content: maybe(textOrList(resultPart, 'must be a text or a list of blocks')),
      is_error: maybe(flagField),
    }),
    v.looseObject({ type: v.literal('thinking'), thinking: textField, signature: maybe(textField) }),
    v.looseObject({ type: v.literal('redacted_thinking'), data: textField }),
  ],
  notABlock,
);
type Block = v.InferOutput<typeof block>;

export const systemPrompt = textOrList(textBlock, 'must be a text or a list of text blocks');
export const turn = v.looseObject(
  {
    role: v.picklist(['user', 'assistant', 'system'], 'must be "user" or "assistant"'),
    content: textOrList(block, 'must be a text or a list of blocks'),
  },
  'must be an object with "role" and "content"',
);

export class BlockReader {
  readonly #target: Target | undefined;
  readonly #ignored: IgnoredFields;

  constructor(target: Target | undefined, ignored: IgnoredFields) {
    this.#target = target;
    this.#ignored = ignored;
  }

  system(prompt: v.InferOutput<typeof systemPrompt>): readonly Message[] {
    if (typeof prompt === 'string') return prompt === '' ? [] : [{ role: 'system', content: prompt }];
    const texts = prompt.map((each, index) => {
      this.#rest(`system[${index}]`, each, 'text');
      return each.text;
    });
    return texts.length === 0 ? [] : [{ role: 'system', content: texts.join('\n\n') }];
  }

  message({ role, content, ...rest }: v.InferOutput<typeof turn>, index: number): Message {
    const place = `messages[${index}]`;
    this.#ignored.add(place, rest);
    if (typeof content === 'string') return { role, content };
    const parts = content.map((each, at): Part => this.#part(each, role, `${place}.content[${at}]`));
    return { role, content: simplest(parts) };
  }

  #part(each: Block, role: Message['role'], place: string): Part {
    const mine = each.type === 'text' || (each.type === 'image' || each.type === 'tool_result' ? role === 'user' : role === 'assistant');
    if (!mine) throw new RequestError(`${place}: a block of the type "${each.type}" does not belong to a message of the ${role}.`);
    switch (each.type) {
      case 'text':
        this.#rest(place, each, 'text');
        return { type: 'text', text: each.text };
      case 'image':
        return this.#image(each, place);
      case 'tool_use':
        this.#rest(place, each, 'id', 'name', 'input');
        return { type: 'tool-call', id: each.id, name: each.name, arguments: JSON.stringify(each.input) };
      case 'tool_result':
        return this.#result(each, place);
      case 'thinking':
      case 'redacted_thinking':
        return this.#thought(each, place);
      default:
        return each satisfies never;
    }
  }

  #image({ source: { type, media_type, data, url }, ...rest }: Block & { type: 'image' }, place: string): Part {
    this.#rest(place, rest);
    if (type === 'url') return pictureAt(url, `${place}.source.url`);
    return picture(
      media_type ?? '',
      type === 'base64' ? (data ?? '') : '',
      `${place}.source must be {"type": "base64", "media_type": "image/png", "data": "…"} (or jpeg, gif, webp); none is fetched.`,
    );
  }

  #result({ tool_use_id: id, content, is_error, ...rest }: Block & { type: 'tool_result' }, place: string): Part {
    this.#rest(place, rest);
    const parts =
      typeof content === 'string' || content === undefined || content === null
        ? (content ?? '')
        : simplest(content.map((each, at): Part => this.#part(each, 'user', placeOf([`${place}.content`, at]))));
    return { type: 'tool-result', id, content: parts, ...(is_error === true ? { isError: true } : {}) };
  }

  #thought(each: Block & { type: 'thinking' | 'redacted_thinking' }, place: string): Part {
    const words = each.type === 'thinking' ? each.thinking : '';
    const seal = each.type === 'thinking' ? each.signature : each.data;
    // The block is sent back byte for byte as the client sent it.
    const opaque = fromEnvelope(seal) ?? (seal ? sealedFor(each, 'messages', this.#target) : undefined);
    if (opaque !== undefined) return { type: 'reasoning', text: words, opaque };
    if (seal) this.#ignored.name(`${place}.${each.type === 'thinking' ? 'signature' : 'data'}`);
    return { type: 'reasoning', text: words };
  }

  #rest(place: string, each: JsonFields, ...known: readonly string[]): void {
    this.#ignored.add(place, Object.fromEntries(Object.entries(each).filter(([name]) => name !== 'type' && !known.includes(name))));
  }
}
