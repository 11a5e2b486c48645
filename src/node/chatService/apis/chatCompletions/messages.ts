/** Converts chat completions messages: texts, pictures, tool calls, tool results, and reasoning. */
import * as v from 'valibot';
import type { Message, Part } from '../../../../api.ts';
import { reasoningFields } from '../../../../core/provider/openaiChat/request.ts';
import { type JsonFields, isFields } from '../../../../core/provider/reading/json.ts';
import type { Target } from '../serviceApi.ts';
import { sealedFor, fromEnvelope } from '../opaque.ts';
import { simplest } from '../../../../core/provider/parts.ts';
import { type IgnoredFields, pictureAt } from '../parts.ts';
import { maybe, shaped, textField, textOrList } from '../schema.ts';
import { RequestError } from '../../requestError.ts';
import { present } from '../../../../core/present.ts';

const roles = ['system', 'developer', 'user', 'assistant', 'tool'] as const;
const notAPart = 'must be a text or a picture; audio and files are not passed on';
const notACall = 'must be {"id": "…", "type": "function", "function": {"name": "…", "arguments": "…"}}, as it was answered';

const part = v.variant(
  'type',
  [
    v.looseObject({ type: v.literal('text'), text: textField }),
    v.looseObject({ type: v.literal('refusal'), refusal: textField }),
    v.looseObject({ type: v.literal('image_url'), image_url: v.optional(v.unknown()) }),
  ],
  notAPart,
);
const call = shaped(v.looseObject({ id: v.string(), function: v.looseObject({ name: v.string(), arguments: v.string() }) }), notACall);

/** Fields of every message; the reader checks what each role needs. */
export const chatMessage = v.looseObject(
  {
    role: v.picklist(roles, 'must be "system", "user", "assistant" or "tool"'),
    content: maybe(textOrList(part, 'must be a text or a list of parts')),
    tool_calls: maybe(v.array(call, 'must be a list')),
    tool_call_id: maybe(textField),
    refusal: maybe(textField),
  },
  'must be an object with "role" and "content"',
);

export function messageOf(
  wire: v.InferOutput<typeof chatMessage>,
  place: string,
  target: Target | undefined,
  ignored: IgnoredFields,
): Message {
  const { role, content, tool_calls, tool_call_id, refusal, ...rest } = wire;
  const calls = role === 'assistant' ? (tool_calls ?? []) : [];
  const { reasoning, others } = role === 'assistant' ? reasoningOf(rest, target) : { reasoning: [], others: rest };
  if (others['function_call'] !== undefined && others['function_call'] !== null) {
    throw new RequestError(`${place}.function_call is not offered by this service; use "tool_calls".`);
  }
  ignored.add(place, others);
  if ((content === undefined || content === null) && calls.length === 0 && !refusal && reasoning.length === 0) {
    throw new RequestError(`${place}.content must be a text or a list of parts.`);
  }
  const parts = partsOf(content ?? '', `${place}.content`, ignored);
  if (role === 'tool') {
    if (!tool_call_id) throw new RequestError(`${place}.tool_call_id must be the "id" of the call that it answers.`);
    return { role: 'user', content: [{ type: 'tool-result', id: tool_call_id, content: simplest(parts) }] };
  }
  if (role !== 'user' && parts.some(({ type }) => type === 'image')) {
    throw new RequestError(`${place}.content: pictures belong to a message of the user.`);
  }
  const said: readonly Part[] = [
    ...reasoning,
    ...parts,
    ...(refusal ? [{ type: 'text', text: refusal } as const] : []),
    ...calls.map(({ id, function: { name, arguments: json } }): Part => ({ type: 'tool-call', id, name, arguments: json })),
  ];
  return { role: role === 'developer' ? 'system' : role, content: simplest(said) };
}

function partsOf(content: string | v.InferOutput<typeof part>[], place: string, ignored: IgnoredFields): readonly Part[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return content.map((item, index): Part => {
    const at = `${place}[${index}]`;
    switch (item.type) {
      case 'text': {
        const { type, text: words, ...rest } = item;
        ignored.add(at, rest);
        return { type, text: words };
      }
      case 'refusal':
        return { type: 'text', text: item.refusal };
      case 'image_url': {
        const url = isFields(item.image_url) ? item.image_url['url'] : item.image_url;
        const detail = isFields(item.image_url) ? item.image_url['detail'] : undefined;
        if (detail !== undefined && detail !== null && detail !== 'auto') ignored.name(`${at}.image_url.detail`);
        return pictureAt(url, `${at}.image_url.url`);
      }
      default:
        return item satisfies never;
    }
  });
}

/**
 * Parts of an earlier answer that the client sends back. A chat completions server gets each field as the client sent it;
 * what another server sealed is in an envelope.
 */
function reasoningOf(rest: JsonFields, target: Target | undefined): { readonly reasoning: readonly Part[]; readonly others: JsonFields } {
  const others: Record<string, unknown> = { ...rest };
  const sent: Record<string, unknown> = {};
  const envelopes: unknown[] = [];
  let words = '';
  for (const field of reasoningFields) {
    const value = others[field];
    if (value === undefined || value === null || value === '') continue;
    delete others[field];
    if (Array.isArray(value)) {
      const own = value.flatMap((item: unknown) => (isFields(item) ? (fromEnvelope(item['data']) ?? []) : []));
      envelopes.push(...own);
      const foreign = value.filter((item: unknown) => !isFields(item) || fromEnvelope(item['data']) === undefined);
      if (foreign.length > 0) sent[field] = foreign;
      if (words === '') words = foreign.map(wordsOf).join('');
    } else {
      sent[field] = value;
      if (words === '' && typeof value === 'string') words = value;
    }
  }
  const opaque = Object.keys(sent).length === 0 ? undefined : sealedFor(sent, 'chat', target);
  const [first, ...more] = envelopes;
  // Words and the envelope that came with them are one part, as they were when they were sealed.
  const kept = first ?? opaque;
  const reasoning: Part[] = words === '' && kept === undefined ? [] : [{ type: 'reasoning', text: words, ...present({ opaque: kept }) }];
  return { reasoning: [...reasoning, ...more.map((each): Part => ({ type: 'reasoning', text: '', opaque: each }))], others };
}

function wordsOf(detail: unknown): string {
  if (!isFields(detail)) return '';
  const { text: words, summary } = detail;
  return typeof words === 'string' ? words : typeof summary === 'string' ? summary : '';
}
