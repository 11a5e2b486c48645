/** Converts the input items of a Responses request; consecutive items of one side become one message. */
import * as v from 'valibot';
import type { Message, Part } from '../../../../api.ts';
import { type JsonFields, isFields } from '../../../../core/provider/reading/json.ts';
import type { Target } from '../serviceApi.ts';
import { sealedFor, fromEnvelope } from '../opaque.ts';
import { simplest } from '../../../../core/provider/parts.ts';
import { type IgnoredFields, pictureAt } from '../parts.ts';
import { maybe, textField, textOrList } from '../schema.ts';
import { RequestError } from '../../requestError.ts';

const notAPart = 'must be an input_text, input_image, output_text or refusal; files and audio are not passed on';
const notAnItem =
  'must be a message, function_call, function_call_output or reasoning; other items and references to stored ones are not passed on';
const words = v.looseObject({ type: v.picklist(['input_text', 'output_text', 'text', 'summary_text', 'reasoning_text']), text: textField });
const part = v.variant(
  'type',
  [
    words,
    v.looseObject({ type: v.literal('refusal'), refusal: textField }),
    v.looseObject({ type: v.literal('input_image'), image_url: v.optional(v.unknown()), detail: maybe(textField) }),
  ],
  notAPart,
);
const message = v.looseObject({
  type: maybe(v.literal('message')),
  role: v.picklist(['system', 'developer', 'user', 'assistant'], 'must be "system", "developer", "user" or "assistant"'),
  content: textOrList(part, 'must be a text or a list of parts'),
});
const call = v.looseObject({ type: v.literal('function_call'), call_id: textField, name: textField, arguments: textField });
const result = v.looseObject({
  type: v.literal('function_call_output'),
  call_id: textField,
  output: textOrList(part, 'must be a text or a list of parts'),
});
const reasoning = v.looseObject({
  type: v.literal('reasoning'),
  summary: maybe(v.array(words, 'must be a list')),
  content: maybe(v.array(words, 'must be a list')),
  encrypted_content: maybe(textField),
});
const typed = v.variant('type', [call, result, reasoning], notAnItem);

/** The type of a message is optional. */
const item = v.lazy((value): v.GenericSchema<unknown, Item> =>
  isFields(value) && (value['type'] === undefined || value['type'] === null || value['type'] === 'message') ? message : typed,
);
type Item = v.InferOutput<typeof message> | v.InferOutput<typeof typed>;

export const inputItems = textOrList(item, 'must be a text or a list of items');

export class ItemReader {
  readonly #target: Target | undefined;
  readonly #ignored: IgnoredFields;

  constructor(target: Target | undefined, ignored: IgnoredFields) {
    this.#target = target;
    this.#ignored = ignored;
  }

  messages(given: string | readonly Item[]): readonly Message[] {
    if (typeof given === 'string') return [{ role: 'user', content: given }];
    const joined: { readonly role: Message['role']; readonly parts: Part[] }[] = [];
    for (const [index, each] of given.entries()) {
      const { role, parts } = this.#item(each, `input[${index}]`);
      const last = joined.at(-1);
      // A call belongs to the answer before it; two consecutive questions stay two messages.
      const joins = last?.role === role && (role === 'assistant' || (isResult(parts) && isResult(last.parts)));
      if (joins) last.parts.push(...parts);
      else joined.push({ role, parts: [...parts] });
    }
    return joined.map(({ role, parts }) => ({ role, content: simplest(parts) }));
  }

  #item(each: Item, place: string): { readonly role: Message['role']; readonly parts: readonly Part[] } {
    switch (each.type) {
      case 'function_call': {
        const { call_id: id, name, arguments: json, type: _type, id: _id, status: _status, ...rest } = each;
        this.#ignored.add(place, rest);
        return { role: 'assistant', parts: [{ type: 'tool-call', id, name, arguments: json }] };
      }
      case 'function_call_output': {
        const { call_id: id, output, type: _type, id: _id, status: _status, ...rest } = each;
        this.#ignored.add(place, rest);
        return { role: 'user', parts: [{ type: 'tool-result', id, content: simplest(this.#parts(output, `${place}.output`)) }] };
      }
      case 'reasoning':
        return { role: 'assistant', parts: [this.#reasoning(each, place)] };
      case 'message':
      case null:
      case undefined: {
        const { role, content, type: _type, id: _id, status: _status, ...rest } = each;
        this.#ignored.add(place, rest);
        const parts = this.#parts(content, `${place}.content`);
        if (role !== 'user' && parts.some(({ type }) => type === 'image')) {
          throw new RequestError(`${place}.content: pictures belong to a message of the user.`);
        }
        return { role: role === 'developer' ? 'system' : role, parts };
      }
      default:
        return each satisfies never;
    }
  }

  #parts(content: string | readonly v.InferOutput<typeof part>[], place: string): readonly Part[] {
    if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
    return content.map((each, index): Part => {
      const at = `${place}[${index}]`;
      switch (each.type) {
        case 'refusal':
          return { type: 'text', text: each.refusal };
        case 'input_image':
          if (typeof each.detail === 'string' && each.detail !== 'auto') this.#ignored.name(`${at}.detail`);
          return pictureAt(each.image_url, `${at}.image_url`);
        default: {
          const { type: _type, text: said, annotations: _annotations, logprobs: _logprobs, ...rest } = each;
          this.#ignored.add(at, rest);
          return { type: 'text', text: said };
        }
      }
    });
  }

  #reasoning(each: v.InferOutput<typeof reasoning>, place: string): Part {
    const { summary, content, encrypted_content: seal } = each;
    const said = [...(summary ?? []), ...(content ?? [])].map((one) => one.text).join('\n\n');
    // The item is sent back as the client sent it.
    const opaque = fromEnvelope(seal) ?? (seal ? sealedFor(each as JsonFields, 'responses', this.#target) : undefined);
    if (opaque !== undefined) return { type: 'reasoning', text: said, opaque };
    if (seal) this.#ignored.name(`${place}.encrypted_content`);
    return { type: 'reasoning', text: said };
  }
}

function isResult(parts: readonly Part[]): boolean {
  return parts.every(({ type }) => type === 'tool-result');
}
