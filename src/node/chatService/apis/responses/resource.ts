/** The response object: the request, its status, and its result. */
import type { Usage } from '../../../../api.ts';
import type { EndEvent } from '../../../../core/answer/liveStream.ts';
import { type JsonFields, isFields } from '../../../../core/provider/reading/json.ts';
import { isCutByLimit, notesOf, type Problem, problemOf } from '../../problem.ts';
import type { AnswerHead } from '../serviceApi.ts';
import { given } from '../schema.ts';

/** The request fields that the object repeats. */
export type Echo = JsonFields;

export function resource(head: AnswerHead, echo: Echo, output: readonly object[], end: EndEvent | undefined, usage?: Usage): object {
  const { id, model, createdSeconds } = head;
  const problem = end === undefined ? undefined : problemOf(end);
  const status = statusOf(end, problem);
  const or = (name: string, otherwise: unknown): unknown => echo[name] ?? otherwise;
  return {
    id,
    object: 'response',
    created_at: createdSeconds,
    completed_at: end !== undefined && status === 'completed' ? createdSeconds + Math.ceil(end.timing.totalMs / 1000) : null,
    status,
    background: echo['background'] === true,
    error: status === 'failed' && problem !== undefined ? errorOf(problem) : null,
    incomplete_details:
      status === 'incomplete' && end !== undefined
        ? { reason: end.reason === 'content-filter' ? 'content_filter' : 'max_output_tokens' }
        : null,
    instructions: or('instructions', null),
    max_output_tokens: or('max_output_tokens', null),
    max_tool_calls: null,
    metadata: or('metadata', {}),
    model,
    output,
    parallel_tool_calls: or('parallel_tool_calls', true),
    previous_response_id: null,
    prompt_cache_key: or('prompt_cache_key', null),
    reasoning: { effort: null, summary: null, ...fieldsIn(echo['reasoning']) },
    safety_identifier: or('safety_identifier', null),
    service_tier: or('service_tier', 'default'),
    store: echo['store'] !== false,
    temperature: or('temperature', 1),
    text: { format: { type: 'text' }, ...fieldsIn(echo['text']) },
    tool_choice: or('tool_choice', 'auto'),
    tools: Array.isArray(echo['tools']) ? echo['tools'].map(toolOf) : [],
    top_p: or('top_p', 1),
    top_logprobs: 0,
    presence_penalty: 0,
    frequency_penalty: 0,
    truncation: or('truncation', 'disabled'),
    user: or('user', null),
    usage: usage === undefined ? null : usageOf(usage),
    ...(end === undefined ? {} : notesOf(end)),
  };
}

function statusOf(end: EndEvent | undefined, problem: Problem | undefined): string {
  if (end === undefined) return 'in_progress';
  if (problem !== undefined) return problem.kind === 'cancelled' ? 'cancelled' : 'failed';
  return isCutByLimit(end.reason) || end.reason === 'content-filter' ? 'incomplete' : 'completed';
}

/** The API has few error codes. */
function errorOf({ kind, message }: Problem): object {
  switch (kind) {
    case 'rate-limit':
    case 'quota':
      return { code: 'rate_limit_exceeded', message };
    case 'bad-request':
    case 'context-length':
      return { code: 'invalid_prompt', message };
    default:
      return { code: 'server_error', message };
  }
}

function toolOf(tool: unknown): object {
  return { description: null, parameters: null, strict: false, ...fieldsIn(tool) };
}

function fieldsIn(value: unknown): JsonFields {
  return isFields(value) ? given(value) : {};
}

/** `estimated` means that Rivulet counted, not the server. */
function usageOf({ prompt, completion, total, reasoning, cached, cacheWrite, estimated }: Usage): object {
  return {
    input_tokens: prompt,
    input_tokens_details: { cached_tokens: cached ?? 0, ...(cacheWrite === undefined ? {} : { cache_write_tokens: cacheWrite }) },
    output_tokens: completion,
    output_tokens_details: { reasoning_tokens: reasoning ?? 0 },
    total_tokens: total,
    ...(estimated ? { estimated: true } : {}),
  };
}
