/** What a client of the chat service asked for, checked: a request for an answer, or one sentence that says what is wrong. */
import type { ChatRequest } from '../../core/provider/provider.ts';
import { isFields } from './fields.ts';
import { readMessages } from './messages.ts';
import { readTools } from './toolRequest.ts';

export type ServiceRequest = Omit<ChatRequest, 'model' | 'continues' | 'byProgram'> & { readonly model?: string };

export interface CompletionRequest {
  readonly asked: ServiceRequest;
  readonly stream: boolean;
  /** `stream_options.include_usage` */
  readonly includeUsage: boolean;
}

/** `POST /chat`: `{ message, model?, messages? }`; `messages` are those before it. */
export function readChat(body: unknown): ServiceRequest | string {
  if (!isFields(body)) return 'The body must be a JSON object such as {"message": "Hello"}.';
  const { message, model, messages = [] } = body;
  if (typeof message !== 'string' || message.trim() === '') return '"message" must be a text that is not empty.';
  if (model !== undefined && typeof model !== 'string') return wrongModel;
  const before = readMessages(messages);
  if (typeof before === 'string') return before;
  return { ...modelOf(model), messages: [...before, { role: 'user', content: message }] };
}

/** `POST /v1/chat/completions`, as far as Rivulet can keep what it promises; the rest is refused and not ignored. */
export function readCompletion(body: unknown): CompletionRequest | string {
  if (!isFields(body)) return 'The body must be a JSON object with "model" and "messages".';
  const {
    model,
    messages,
    stream,
    stream_options,
    temperature,
    max_tokens,
    max_completion_tokens,
    n,
    tools,
    tool_choice,
    parallel_tool_calls,
    ...others
  } = body;
  if (model !== undefined && typeof model !== 'string') return wrongModel;
  const read = readMessages(messages);
  if (typeof read === 'string') return read;
  if (read.length === 0) return '"messages" must hold at least one message.';
  if (stream !== undefined && stream !== null && typeof stream !== 'boolean') return '"stream" must be true or false.';
  if (n !== undefined && n !== null && n !== 1) return '"n" must be 1: this service gives one answer to a request.';
  for (const field of ['functions', 'function_call', 'logprobs', 'audio', 'modalities'] as const) {
    const value = others[field];
    if (value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0)) {
      return `"${field}" is not offered by this service; leave it out.`;
    }
  }
  if (temperature !== undefined && temperature !== null && typeof temperature !== 'number') return '"temperature" must be a number.';
  const maxTokens = max_completion_tokens ?? max_tokens;
  if (maxTokens !== undefined && maxTokens !== null && !(Number.isInteger(maxTokens) && Number(maxTokens) > 0)) {
    return '"max_tokens" must be a whole number greater than 0.';
  }
  const toolFields = readTools({ tools, tool_choice, parallel_tool_calls });
  if (typeof toolFields === 'string') return toolFields;
  return {
    asked: {
      ...modelOf(model),
      messages: read,
      ...(typeof temperature === 'number' ? { temperature } : {}),
      ...(typeof maxTokens === 'number' ? { maxTokens } : {}),
      ...toolFields,
      // Other fields of OpenAI's, such as `top_p`, are passed on as they are.
      ...(Object.keys(others).length === 0 ? {} : { body: others }),
    },
    stream: stream === true,
    includeUsage: isFields(stream_options) && stream_options['include_usage'] === true,
  };
}

const wrongModel = '"model" must be a text, such as "demo/tour"; GET /v1/models lists them.';

/** Some clients cannot leave the model out; `default` is the one that is selected in VS Code. */
function modelOf(model: string | undefined): { readonly model?: string } {
  return model === undefined || model === '' || model === 'default' ? {} : { model };
}
