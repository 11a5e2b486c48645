// Fields that a model refuses by name are left out or renamed, once, and remembered for that model.
import { describe, expect, it } from 'vitest';
import type { EndpointMemory } from '../../../src/core/provider/provider.ts';
import { collect, endOf, rig } from '../../support/engine.ts';
import { answer, fakeServer, status } from '../../support/fakeServer.ts';

const openai = (param: string | null, message: string, code = 'unsupported_parameter'): object => ({
  error: { message, type: 'invalid_request_error', param, code },
});
const request = { temperature: 0.5, maxTokens: 100, topP: 0.9, stop: ['x'], parallelTools: false, tools: [{ name: 't' }] };
const all = ['max_tokens', 'parallel_tool_calls', 'stop', 'stream_options', 'temperature', 'tools', 'top_p'];

describe('a model that refuses', () => {
  it.each<[what: string, refusal: object, want: readonly string[], code?: number]>([
    [
      'max_tokens and names another',
      openai('max_tokens', "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."),
      ['max_completion_tokens', ...all.slice(1)],
    ],
    ['max_tokens and names none', openai('max_tokens', 'max_tokens is not supported'), all.slice(1)],
    [
      'a temperature but the default',
      openai(
        'temperature',
        "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value.",
        'unsupported_value',
      ),
      all.filter((name) => name !== 'temperature'),
    ],
    ['stream_options by its param alone', openai('stream_options', 'Unknown parameter'), all.filter((name) => name !== 'stream_options')],
    [
      'stream_options behind a long preamble',
      { error: { message: `${'Validation of the request body. '.repeat(20)} unrecognized: stream_options` } },
      all.filter((name) => name !== 'stream_options'),
    ],
    [
      'a field as FastAPI does',
      { detail: [{ type: 'extra_forbidden', loc: ['body', 'top_p'], msg: 'Extra inputs are not permitted', input: 0.9 }] },
      all.filter((name) => name !== 'top_p'),
      422,
    ],
    [
      'one of two fields',
      openai(null, '`temperature` and `top_p` cannot both be specified for this model.'),
      all.filter((n) => n !== 'temperature'),
    ],
    [
      'a field by an exception of its own',
      { detail: "create() got an unexpected keyword argument 'stream_options'" },
      all.filter((name) => name !== 'stream_options'),
      500,
    ],
    [
      'a field as serde does',
      { error: 'unknown field `parallel_tool_calls`, expected one of …' },
      all.filter((name) => !name.startsWith('par')),
    ],
    ['a field in other words', { error: { message: 'The parameter topP is disabled for this model' } }, all.filter((n) => n !== 'top_p')],
    ['a field that does not exist', { error: { message: 'Argument top_p does not exist' } }, all.filter((n) => n !== 'top_p')],
    ['a field to be removed', { error: { message: 'Please remove the parameter stop' } }, all.filter((n) => n !== 'stop')],
    ['a field in Chinese', { error: { message: '参数 temperature 无效：无效的参数' } }, all.filter((n) => n !== 'temperature')],
    ['a field in German', { error: { message: 'temperature wird nicht unterstützt' } }, all.filter((n) => n !== 'temperature')],
    ['a field in Japanese', { error: { message: 'temperature はサポートされていません' } }, all.filter((n) => n !== 'temperature')],
    ['a field that must be unset', { error: { message: 'top_p must be above 0.95 or unset' } }, all.filter((n) => n !== 'top_p')],
    [
      'max_tokens for another name in other words',
      { error: { message: 'max_tokens is gone, please use max_completion_tokens' } },
      ['max_completion_tokens', ...all.slice(1)],
    ],
    ['all values but one', { error: { message: 'Invalid temperature: must be 1.' } }, all.filter((n) => n !== 'temperature')],
    [
      'a value but one',
      { error: { message: 'temperature may only be set to 1 when thinking is enabled' } },
      all.filter((n) => n !== 'temperature'),
    ],
  ])('%s is asked once more without it, and never with it again', async (_what, refusal, want, code = 400) => {
    await using server = await fakeServer();
    const memory: EndpointMemory = {};
    server.next(...status(code, refusal));
    server.always(() => answer('Hi'));
    const { start } = rig();
    const ends = [];
    for (const model of ['fake', 'fake', 'other']) {
      ends.push(endOf(await collect(start(server.url, { memory, request: { ...request, model } }))).text);
    }
    const sent = server.requests.map(({ body }) => Object.keys(body).filter((name) => !['model', 'messages', 'stream'].includes(name)));
    expect({ ends, sent: sent.map((names) => names.sort()) }).toEqual({
      ends: ['Hi', 'Hi', 'Hi'],
      // Another model of the same server is asked for everything.
      sent: [all, [...want].sort(), [...want].sort(), all],
    });
  });
});

it('mends several refusals one after the other, and gives up where they never end', async () => {
  await using server = await fakeServer();
  server.always(({ body }) => {
    const field = ['temperature', 'top_p', 'stream_options'].find((name) => name in body);
    return field === undefined ? answer('Hi') : status(400, openai(field, `Unsupported parameter: ${field}`));
  });
  const mended = endOf(await collect(rig().start(server.url, { request })));
  const asked = server.requests.length;
  server.always(({ body }) => {
    const field = 'max_tokens' in body ? 'max_tokens' : 'max_completion_tokens';
    const other = field === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
    return field in body ? status(400, openai(field, `${field} is not supported. Use ${other}.`)) : status(400, openai(null, 'Just no.'));
  });
  const refused = endOf(await collect(rig().start(server.url, { request })));
  expect([mended.text, asked, refused.error?.message, server.requests.length - asked]).toEqual(['Hi', 4, 'Just no.', 3]);
});

it('shows a refusal of a value, of a field that matters, or of one that was not sent, as it is', async () => {
  await using server = await fakeServer();
  const refusals = [
    openai('max_tokens', 'max_tokens is too large: 100000. This model supports at most 16384 completion tokens.', 'invalid_value'),
    openai('temperature', 'temperature must be between 0 and 1', 'invalid_value'),
    openai('temperature', 'temperature cannot exceed 2', 'invalid_value'),
    openai('temperature', 'temperature must not be greater than 2', 'invalid_value'),
    openai('temperature', 'temperature 不能大于 2', 'invalid_value'),
    openai('tool_choice', "Unsupported parameter: 'tool_choice' is not supported with this model."),
    openai('tools', 'tools is not supported with this model'),
    openai('seed', "Unsupported parameter: 'seed'"),
    openai('messages', "Unsupported value: 'messages[0].role' does not support 'system' with this model."),
  ];
  for (const refusal of refusals) server.next(...status(400, refusal));
  const kinds = [];
  for (const _ of refusals) kinds.push(endOf(await collect(rig().start(server.url, { request }))).error?.kind);
  expect([kinds, server.requests.length]).toEqual([refusals.map(() => 'bad-request'), refusals.length]);
});
