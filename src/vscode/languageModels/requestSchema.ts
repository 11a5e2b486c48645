/** Validates the requests of other extensions. The first problem becomes a sentence that names the field. */
import * as v from 'valibot';
import type { StreamRequest } from '../../api.ts';
import { triggerProblem } from '../../core/inspect/triggers.ts';
import { checked, maybe, numberField, objectField, textField, textOrList } from '../../node/chatService/apis/schema.ts';
import { RequestError } from '../../node/chatService/requestError.ts';

const objectWith = <const T extends v.ObjectEntries>(fields: T) => v.pipe(objectField, v.object(fields));
const list = <S extends v.GenericSchema>(item: S) => v.array(item, 'must be a list');
const amount = v.pipe(numberField, v.minValue(0, 'must not be negative'));
const kinds = '"text", "image", "tool-call", "tool-result" or "reasoning"';
const bytes = v.custom<Uint8Array>(ArrayBuffer.isView, 'must be a Uint8Array');

const content: v.GenericSchema<unknown, unknown> = v.lazy(() => textOrList(part, 'must be a text or a list of parts'));
const part = v.variant(
  'type',
  [
    v.object({ type: v.literal('text'), text: textField }),
    v.object({ type: v.literal('image'), mime: textField, data: bytes }),
    v.object({ type: v.literal('tool-call'), id: textField, name: textField, arguments: textField }),
    v.object({ type: v.literal('tool-result'), id: textField, content }),
    v.object({ type: v.literal('reasoning'), text: textField }),
  ],
  `must be a part whose type is ${kinds}`,
);
const role = v.picklist(['system', 'user', 'assistant'], 'must be "system", "user" or "assistant"');
const message = objectWith({ role, content });
const tool = objectWith({ name: textField, description: maybe(textField), parameters: maybe(objectField) });
const toolChoice = v.union(
  [v.picklist(['none', 'auto', 'required']), v.object({ name: v.string() })],
  'must be "none", "auto", "required" or {"name": "…"}',
);

const request = v.object({
  model: maybe(textField),
  messages: v.pipe(list(message), v.minLength(1, 'must hold at least one message')),
  tools: maybe(list(tool)),
  toolChoice: maybe(toolChoice),
  temperature: maybe(numberField),
  topP: maybe(numberField),
  stop: maybe(list(textField)),
  maxTokens: maybe(amount),
  effort: maybe(textField),
  verbosity: maybe(textField),
  body: maybe(objectField),
} satisfies Readonly<Record<keyof StreamRequest, v.GenericSchema>>);

const amounts = <const Name extends string>(...names: readonly Name[]) =>
  maybe(objectWith(Object.fromEntries(names.map((name) => [name, maybe(amount)]))));
const trigger = objectWith({
  name: textField,
  on: v.picklist(['text', 'regex', 'fence-open', 'fence-close', 'sentence-end'], 'is not a kind of trigger'),
  match: maybe(textField),
  action: maybe(v.picklist(['event', 'stop'], 'must be "event" or "stop": commands are taken from the user\'s settings only')),
});
const options = v.object({
  limits: amounts('maxCharacters', 'maxTokens', 'maxReasoningTokens', 'maxLines', 'maxSeconds', 'graceCharacters'),
  triggers: maybe(list(trigger)),
  retry: amounts('maxAttempts', 'maxWaitSeconds'),
  resume: amounts('maxResumes'),
  timeouts: amounts('connectSeconds', 'firstTokenSeconds', 'idleSeconds'),
  bufferMaxDeltas: maybe(amount),
});

/** The first problem of a request, as a sentence; undefined if there is none. */
export function requestProblem(given: unknown, givenOptions: unknown): string | undefined {
  try {
    checked(request, given, 'The request must be an object with "messages".');
    const { triggers = [] } = checked(options, givenOptions, 'The options must be an object.');
    return triggers.map((one) => triggerProblem(one as Parameters<typeof triggerProblem>[0])).find((problem) => problem !== undefined);
  } catch (error) {
    if (error instanceof RequestError) return error.message;
    throw error;
  }
}
