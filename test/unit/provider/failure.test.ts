// What an error of a server means, by the words of many servers, and how long they ask to wait.
import { describe, expect, it } from 'vitest';
import type { ErrorKind } from '../../../src/api.ts';
import { fromErrorObject, fromException, fromStatus } from '../../../src/core/provider/failures/failure.ts';

const wallMs = Date.UTC(2026, 0, 1);
const http = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  fromStatus(status, new Headers(headers), body, wallMs);
const message = (text: string) => ({ error: { message: text } });

describe('the words decide the kind, whatever the status', () => {
  it.each<[kind: ErrorKind, status: number, body: unknown]>([
    ['quota', 500, { type: 'error', error: { type: 'api_error', message: 'insufficient balance (1008)' } }],
    ['quota', 403, { error: { message: 'user quota is not enough', code: 'insufficient_user_quota' } }],
    ['quota', 429, message('Insufficient credits. Add more using https://example.com/credits')],
    ['quota', 429, { error: { message: 'Your account is not active, please check your billing details.', code: 'billing_not_active' } }],
    ['quota', 429, { error: { message: 'You exceeded your current quota, please check your plan.', code: 'insufficient_quota' } }],
    ['quota', 400, message('Your credit balance is too low to access the API.')],
    ['quota', 200 + 303, { code: 1113, msg: '您的账户已欠费，请充值后重试' }],
    ['quota', 401, message('Monthly budget of the team is used up')],
    ['quota', 403, message('This token has no remaining quota')],
    ['quota', 403, message('You have reached your plan limit')],
    ['quota', 403, message('Free tier exhausted')],
    ['quota', 429, message('Out of tokens, please upgrade your plan')],
    ['quota', 400, message('Ihr Guthaben ist aufgebraucht')],
    ['rate-limit', 429, message('Please try again later')],
    ['not-found', 400, message('model x not supported')],
    ['quota', 429, message('You have exceeded your monthly included credits')],
    ['rate-limit', 400, message('QPS limit reached')],
    ['auth', 400, message('The API key appears to be invalid or may have expired')],
    ['auth', 422, message('Missing Authorization header')],
    ['not-found', 400, message('The requested model is not supported')],
    ['rate-limit', 400, message('Rate limit reached for requests')],
    ['rate-limit', 403, message('API rate limit exceeded for user')],
    ['rate-limit', 500, { error: { code: 429, message: 'Resource has been exhausted (e.g. check quota).', status: 'RESOURCE_EXHAUSTED' } }],
    ['rate-limit', 429, { msg: 'Too many requests in one minute' }],
    ['rate-limit', 429, message('Request too large for gpt-4o on tokens per min (TPM): Limit 10000, Requested 12000.')],
    ['rate-limit', 429, message('Quota exceeded for quota metric "Generate requests per minute"')],
    ['auth', 400, { error: { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' } }],
    ['auth', 500, message('Incorrect API key provided')],
    ['auth', 403, { detail: 'Not authenticated' }],
    ['not-found', 400, message('Model Not Exist')],
    ['not-found', 503, { error: { code: 'model_not_found', message: 'No available channel for model x' } }],
    ['not-found', 404, message('The model `x` does not exist or you do not have access to it.')],
    [
      'bad-request',
      403,
      { error: { code: 'unsupported_country_region_territory', message: 'Country, region, or territory not supported' } },
    ],
    ['bad-request', 500, { code: 'DataInspectionFailed', message: 'Input data may contain inappropriate content.' }],
    ['bad-request', 400, message('max_tokens is too large: 100000. This model supports at most 16384 completion tokens')],
    ['bad-request', 400, message("Unsupported parameter: 'max_tokens' is not supported with this model.")],
    ['bad-request', 422, { detail: [{ loc: ['body', 'temperature'], msg: 'Input should be less than 2', type: 'less_than' }] }],
    ['quota', 403, message('Key limit exceeded (monthly limit). Manage it in the settings.')],
    ['quota', 429, message('Your team has hit its spending cap.')],
    ['quota', 429, message('Subscription expired on 2026-01-01.')],
    ['quota', 403, message('Wallet has no funds')],
    ['quota', 403, message('Credito esaurito')],
    ['quota', 429, message('クレジットが不足しています。')],
    ['quota', 403, message('賬戶餘額不足，請儲值')],
    ['rate-limit', 429, message('Daily limit of requests reached, retry in 30s')],
    ['rate-limit', 429, message('Demasiadas solicitudes. Inténtelo de nuevo más tarde.')],
    ['auth', 400, message('Access denied due to invalid subscription key or wrong API endpoint.')],
    ['auth', 400, message('The API key you provided has been revoked')],
    ['auth', 400, message('jwt expired')],
    ['auth', 400, message('Clé API invalide')],
    ['auth', 400, message('APIキーが無効です')],
    ['auth', 400, message('令牌已过期')],
    ['bad-request', 400, message('Invalid `signature` in `thinking` block')],
    ['bad-request', 400, message('response_format: the key "x" is invalid')],
    ['bad-request', 400, message('messages.1.tool_call_id is too long')],
    ['bad-request', 400, message('Budget of 512 tokens is too small; the model needs 1024')],
    ['not-found', 400, message('model "x" is not loaded')],
    ['not-found', 400, message('Das Modell existiert nicht')],
    ['not-found', 400, message('モデルが見つかりません')],
    ['not-found', 400, message('當前分組下沒有可用模型')],
    ['server', 400, message('Model is currently loading')],
    ['server', 400, message('Der Server ist überlastet')],
    ['server', 400, message('The engine is currently overloaded')],
    ['server', 500, message('Internal error')],
    ['server', 502, '<html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>'],
  ])('%s, with status %d: %j', (kind, status, body) => {
    expect(http(status, body).kind).toBe(kind);
  });
});

describe('a conversation that is too long is known by any wording', () => {
  it.each([
    "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
    'prompt is too long: 213462 tokens > 200000 maximum',
    'Input length 131393 exceeds the maximum allowed input length of 131040 tokens.',
    'Prompt exceeds max length',
    'The conversation does not fit into the context',
    'Prompt is over the maximum of 8192 tokens',
    'The total number of tokens exceeds 8192',
    'The prompt has 9001 tokens but only 8192 fit',
    'La demande dépasse la longueur maximale du contexte',
    'sequence length 9000 > 8192',
    'The input is 5000 tokens which is over the limit of 4096',
    'Ihr Prompt hat zu viele Tokens',
    'プロンプトが長すぎます',
    "This model's maximum prompt length is 131072 but the request contains 140000 tokens.",
    'Range of input length should be [1, 129024]',
    'Invalid request: Your request exceeded model token limit: 131072',
    'The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).',
    'prompt token count of 150000 exceeds the limit of 128000',
    'Input is too long for requested model.',
    'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000',
    'Prompt too long: 5152 tokens exceeds max_seq_len 2048',
    'the request exceeds the available context size, try increasing it',
    'The decoder prompt (length 9000) is longer than the maximum model length of 8192.',
    'too many tokens: total number of tokens in the prompt cannot exceed 4081',
    '`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens and 20 `max_new_tokens`',
    'Please reduce the length of the messages or completion.',
    'Requested tokens (5000) exceed context window of 4096',
    'Your input exceeds the context window of this model. Please adjust your input and try again.',
    '输入内容过长，超过模型上下文长度限制',
    'The request is too large for this model; shorten the conversation.',
    'Your input contains 200000 tokens which is more than the 128000 allowed',
    'Message is too long',
    "The conversation has grown beyond the model's limit of 32768 tokens",
    '提示词过长',
    'Your input is 9000 tokens, which is larger than the 8192 limit',
    'This model supports at most 4096 tokens in the context',
    'The prompt has 9000 tokens, but the context is 8192',
    'Trying to keep the first 9000 tokens when the context overflows',
    'Payload Too Large',
    'You passed 9000 tokens but the model only takes 8192',
    'prompt contains 9000 tokens, limit 8192',
    'Die Eingabe überschreitet das Kontextfenster',
    'O prompt é muito longo',
    'Il prompt è troppo lungo',
    'Запрос слишком большой',
    '入力が大きすぎます',
    'İstem çok uzun',
    'litellm.BadRequestError: ContextWindowExceededError: prompt is longer',
  ])('%s', (text) => {
    expect([400, 413, 500].map((status) => http(status, message(text)).kind)).toEqual(Array(3).fill('context-length'));
  });

  it.each([
    [400, 'Too many requests: the token bucket is empty', 'rate-limit'],
    [429, 'Tokens per day limit exceeded', 'rate-limit'],
    [500, 'The request exceeded the time limit', 'server'],
    [400, 'max_tokens is too large: 100000', 'bad-request'],
  ] as const)('is not what %i "%s" says', (status, text, kind) => {
    expect(http(status, message(text)).kind).toBe(kind);
  });
});

describe("the server's own words are found", () => {
  it.each<[what: string, body: unknown, said: string]>([
    [
      'in what a gateway quotes',
      { error: { message: 'Provider returned error', code: 400, metadata: { raw: '{"error":{"message":"At most 1 image."}}' } } },
      'At most 1 image.',
    ],
    [
      'in what it quotes as plain text',
      { error: { message: 'Provider returned error', metadata: { raw: 'model is loading' } } },
      'model is loading',
    ],
    ['in JSON inside of the message', { error: { message: '{"error":{"message":"Deep"}}' } }, 'Deep'],
    ['in msg', { code: 5, msg: 'Slow' }, 'Slow'],
    ['in a list of errors', { success: false, errors: [{ code: 7003, message: 'No route' }] }, 'No route'],
    ['in a list around it', [{ error: { message: 'Listed' } }], 'Listed'],
    ['in a field with its place', { detail: [{ loc: ['body', 'n'], msg: 'too small' }] }, 'body.n: too small'],
    ['in base_resp', { choices: null, base_resp: { status_code: 1008, status_msg: 'insufficient' } }, 'insufficient'],
    ['in an error text beside it', { error: 'Bad Request', message: 'The word' }, 'The word'],
    ['in an error text', { error: 'only this' }, 'only this'],
    ['in err', { err: { msg: 'Short' } }, 'Short'],
    ['in a list by the name of the field', { errors: { model: ['No such one'] } }, 'No such one'],
    ['in data', { code: 1, data: { message: 'Inside' } }, 'Inside'],
    ['in a hint', { hint: 'Only a hint' }, 'Only a hint'],
    ['in JSON that is cut off', '{"error":{"code":5,"message":"It was c', 'It was c'],
    ['behind a prefix of a gateway', { resultCode: '5', resultMsg: 'Said by it' }, 'Said by it'],
    ['in a capital', { Message: 'Signed wrong' }, 'Signed wrong'],
    ['in JSON behind a call', 'callback({"error":{"message":"Called back"}});', 'Called back'],
    ['in JSON that is guarded', ')]}\',\n{"error":{"message":"Kept"}}', 'Kept'],
    ['in the title of a page', '<!doctype html><html><head><title>Gone &amp; lost</title></head></html>', 'Gone & lost'],
    ['in the text of a page', '<html><style>p{}</style><p>Really <b>not</b></p><script>x()</script></html>', 'Really not'],
  ])('%s', (_what, body, said) => {
    expect(http(400, body).message).toBe(said);
  });
});

it('knows a firewall from a server that refuses the key', () => {
  const kinds = [
    http(403, 'error code: 1010'),
    http(403, 'Your request was blocked.'),
    http(403, '<html><title>Attention Required! | Cloudflare</title></html>'),
    http(403, '<html><title>403 Forbidden</title></html>'),
    http(503, '<html><title>Just a moment...</title></html>'),
    http(403, message('Your key lacks this permission')),
    http(503, '<html><title>503 Service Unavailable</title></html>'),
  ].map(({ kind, code, values }) => [kind, code, values?.[0]]);
  expect(kinds).toEqual([
    ['bad-request', 'blocked', 'error code: 1010'],
    ['bad-request', 'blocked', 'Your request was blocked.'],
    ['bad-request', 'blocked', 'Attention Required! | Cloudflare'],
    ['bad-request', 'blocked', '403 Forbidden'],
    ['bad-request', 'blocked', 'Just a moment...'],
    ['auth', undefined, undefined],
    ['server', undefined, undefined],
  ]);
});

it('knows a wrong address from a model that is missing', () => {
  const kinds = [
    http(404, '404 page not found'),
    http(404, { detail: 'Not Found' }),
    http(405, ''),
    http(404, message("model 'x' not found")),
  ];
  expect(kinds.map(({ kind, code, values }) => [kind, code, values?.[0]])).toEqual([
    ['not-found', 'no-such-path', '404 page not found'],
    ['not-found', 'no-such-path', 'Not Found'],
    ['not-found', 'no-such-path', 'HTTP 405'],
    ['not-found', undefined, undefined],
  ]);
});

describe('the wait that a server asks for', () => {
  const gemini = {
    error: {
      code: 429,
      status: 'RESOURCE_EXHAUSTED',
      message: 'You exceeded your current quota, please check your plan. Please retry in 38.6s.',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '38s' }],
    },
  };
  it.each<[what: string, body: unknown, headers: Record<string, string>, seconds: number | undefined]>([
    ['in RetryInfo', gemini, {}, 38],
    ['in RetryInfo within a list', [gemini], {}, 38],
    ['in words alone', message('Rate limit reached. Please try again in 22.5s.'), {}, 22.5],
    ['in words with minutes', message('Please try again in 1m2.5s.'), {}, 62.5],
    ['in words at length', message('Too many requests, please wait 2 minutes and 5 seconds'), {}, 125],
    ['in words after a verb', message('Please retry after 22 seconds.'), {}, 22],
    ['in words as a date', message('The limit will reset at 2026-01-01T00:00:50Z.'), {}, 50],
    ['in a header as a duration of ISO 8601', message('slow'), { 'retry-after': 'PT1M30S' }, 90],
    ['in Chinese words', message('请求过于频繁，请在30秒后重试'), {}, 30],
    ['in French words', message('Réessayez dans 30 secondes'), {}, 30],
    ['in Japanese words', message('1分30秒後に再試行してください'), {}, 90],
    ['in Korean words', message('2분 후에 다시 시도하세요'), {}, 120],
    ['in Russian words', message('Повторите через 30 секунд'), {}, 30],
    ['in a header of milliseconds with its unit', message('slow'), { 'retry-after-ms': '1500ms' }, 1.5],
    ['in a header beside an empty one', message('slow'), { 'retry-after-ms': ' ', 'retry-after': '7' }, 7],
    ['in two headers', message('slow'), { 'retry-after': '5, 5' }, 5],
    ['in two headers that differ', message('slow'), { 'retry-after': '2, 9' }, 9],
    ['in a header with a unit', message('slow'), { 'retry-after': '30s' }, 30],
    ['in a header with two units', message('slow'), { 'retry-after': '1m30s' }, 90],
    ['in a header as a date', message('slow'), { 'retry-after': 'Thu, 01 Jan 2026 00:00:12 GMT' }, 12],
    ['in a header as a date of C', message('slow'), { 'retry-after': 'Thu Jan  1 00:00:12 2026' }, 12],
    ['in a header as a date of RFC 850', message('slow'), { 'retry-after': 'Thursday, 01-Jan-26 00:00:12 GMT' }, 12],
    ['in a header as a date with an offset', message('slow'), { 'retry-after': 'Thu, 01 Jan 2026 01:00:12 +0100' }, 12],
    ['in a header as a date without a zone', message('slow'), { 'retry-after': '2026-01-01 00:00:12' }, 12],
    ['in a header on a clock', message('slow'), { 'retry-after': '00:00:07' }, 7],
    ['in a header on a clock without hours', message('slow'), { 'retry-after': '1:07' }, 67],
    ['in a header as a duration of days', message('slow'), { 'retry-after': 'P0DT0H0M7S' }, 7],
    ['in a field on a clock', { error: { message: 'slow', retry_after: '00:01:00.5' } }, {}, 60.5],
    ['in words on a clock', message('Please retry in 00:00:07.'), {}, 7],
    ['in a header with more beside it', message('slow'), { 'retry-after': '7;reason=load' }, 7],
    ['in a header in words', message('slow'), { 'retry-after': 'in 7 seconds' }, 7],
    ['in the one header of the standard', message('slow'), { ratelimit: '"default";r=0;t=7' }, 7],
    ['in the one header of the standard, as it was', message('slow'), { ratelimit: 'limit=10, remaining=0, reset=7' }, 7],
    ['in a header with another hyphen', message('slow'), { 'x-rate-limit-reset': '7' }, 7],
    ['in words as a date after a verb', message('Please retry after 2026-01-01T00:00:50Z'), {}, 50],
    ['in words for one minute', message('Please try again in a minute.'), {}, 60],
    ['in full-width digits', message('３０秒後に再試行してください'), {}, 30],
    ['in the header for the time after which a window opens', message('slow'), { 'x-ratelimit-reset-after': '12' }, 12],
    ['in words for cooling down', message('cooldown: 30 seconds'), {}, 30],
    ['in a field of another name', { message: 'too many requests', cooldown: 7 }, {}, 7],
    ['in a field for the time of the reset', { message: 'too many requests', reset_time: wallMs / 1000 + 7 }, {}, 7],
    ['in a field with the name of a header', { message: 'too many requests', 'x-ratelimit-reset-after': 7 }, {}, 7],
    ['in a header as two dates', message('slow'), { 'retry-after': 'Thu, 01 Jan 2026 00:00:12 GMT, Thu, 01 Jan 2026 00:00:12 GMT' }, 12],
    ['in a header as a time since the epoch', message('slow'), { 'retry-after': String(wallMs / 1000 + 9) }, 9],
    ['in a window that is used up', message('slow'), { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '1m2.5s' }, 62.5],
    ['in the header of the standard', message('slow'), { 'ratelimit-reset': '15' }, 15],
    ['in a field in seconds', { error: { message: 'slow', retry_after: 4 } }, {}, 4],
    ['in the time that a model takes to load', { error: 'rate limit, model is loading', estimated_time: 20.5 }, {}, 20.5],
    ['in a header of a vendor', message('slow'), { 'x-ms-retry-after-ms': '1500' }, 1.5],
    ['in JSON that a gateway quotes', { error: { message: 'slow', metadata: { raw: '{"details":[{"retryDelay":"9s"}]}' } } }, {}, 9],
    ['in a quoted header', message('429 (retry-after: 8)'), {}, 8],
    ['in a field for the reset', { error: { message: 'slow', resets_in_seconds: 33 } }, {}, 33],
    ['in a field in milliseconds', { error: { message: 'slow', retry_after_ms: 1500 } }, {}, 1.5],
    ['in a field of protobuf', { error: { message: 'slow', details: [{ retryDelay: { seconds: 3, nanos: 500_000_000 } }] } }, {}, 3.5],
    [
      'in the headers that a gateway quotes',
      { error: { message: 'slow', metadata: { headers: { 'X-RateLimit-Reset': String(wallMs + 6_000) } } } },
      {},
      6,
    ],
    ['in a decimal with a comma', message('Bitte versuchen Sie es in 2,5 Sekunden erneut.'), {}, 2.5],
    ['in thousands', message('Retry in 2,500 ms'), {}, 2.5],
    ['in French words with two units', message('Réessayez dans 1 minute et 5 secondes.'), {}, 65],
    ['in Turkish words', message('20 saniye sonra tekrar deneyin.'), {}, 20],
    ['in Polish words', message('Spróbuj ponownie za 20 sekund.'), {}, 20],
    ['in Dutch words', message('Probeer het over 20 seconden opnieuw.'), {}, 20],
    ['in Indonesian words', message('Coba lagi dalam 20 detik.'), {}, 20],
    ['in Vietnamese words', message('Vui lòng thử lại sau 20 giây.'), {}, 20],
    ['in words for what remains', message('12 seconds remaining'), {}, 12],
    ['in words as a time of the day with its zone', message('The limit resets at 00:00:45 UTC.'), {}, 45],
    ['in a field for the next time', { message: 'too many requests', next_available_at: '2026-01-01T00:00:20Z' }, {}, 20],
    ['in a field of milliseconds by another name', { message: 'too many requests', retryAfterMillis: 700 }, {}, 0.7],
    ['in a header with its unit in the name', message('slow'), { 'x-retry-after-seconds': '4' }, 4],
    ['in a header as a date of another zone', message('slow'), { 'retry-after': 'Wed, 31 Dec 2025 19:00:20 EST' }, 20],
    ['in half a minute', message('Wait half a minute.'), {}, undefined],
    ['of nothing at all', message('slow'), { 'retry-after': '0' }, 0.25],
    ['in the past', message('slow'), { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }, 0.25],
    ['below nothing', message('slow'), { 'retry-after': '-5' }, undefined],
    ['unreadably', message('slow'), { 'retry-after': 'soon' }, undefined],
    ['at a time of the day', message('The limit resets at 10:30, see the status page'), {}, undefined],
    ['with room in its window', message('slow'), { 'x-ratelimit-remaining-tokens': '10', 'x-ratelimit-reset-tokens': '1m' }, undefined],
    ['as the time after which it failed', message('The request timed out after 30s'), {}, undefined],
    ['not', message('The answer took 5s in all, and 12 tokens'), {}, undefined],
  ])('%s', (_what, body, headers, seconds) => {
    const { kind, retryAfterMs } = http(429, body, headers);
    expect([kind, retryAfterMs === undefined ? undefined : retryAfterMs / 1000]).toEqual(['rate-limit', seconds]);
  });
});

it('reads errors inside a stream by their words, their code and their type', () => {
  const said = [
    { message: 'The monthly budget of your team is used up', code: 402 },
    { type: 'error', message: 'Overloaded, try later', code: 'overloaded_error' },
    { code: 502, message: 'Upstream idle timeout exceeded' },
    { type: 'authentication_error', message: 'no' },
    { error: { type: 'invalid_request_error', message: 'bad field' } },
    'out of memory on device 0',
    { code: 1002, msg: 'The balance of the account' },
    { message: 'slow down', metadata: { headers: { 'X-RateLimit-Reset': String(wallMs) } } },
    { message: 'slow down', retry_after: 3 },
    {},
    '',
  ].map((error) => fromErrorObject(error));
  expect(said.map(({ retryAfterMs }) => retryAfterMs).filter((ms) => ms !== undefined)).toEqual([3_000]);
  expect(said.map(({ kind, message: text, status }) => [kind, text, status])).toEqual([
    ['quota', 'The monthly budget of your team is used up', 402],
    ['server', 'Overloaded, try later', undefined],
    ['server', 'Upstream idle timeout exceeded', 502],
    ['auth', 'no', undefined],
    ['bad-request', 'bad field', undefined],
    ['server', 'out of memory on device 0', undefined],
    ['quota', 'The balance of the account', undefined],
    ['rate-limit', 'slow down', undefined],
    ['rate-limit', 'slow down', undefined],
    ['server', 'The server reported an error without a message.', undefined],
    ['server', 'The server reported an error without a message.', undefined],
  ]);
});

it('reads an error of any depth and any page in steps that grow with its length only', () => {
  let nested: unknown = { message: 'deep' };
  for (let depth = 0; depth < 100_000; depth++) nested = { error: nested };
  const wide = { errors: Array.from({ length: 100_000 }, () => ({ x: 1 })) };
  const pages = ['<'.repeat(65_536), '<title'.repeat(10_922), '<a'.repeat(32_768), '<script>'.repeat(8_000), '&lt;'.repeat(16_000)];
  expect([nested, wide, ...pages].map((body) => http(502, body).kind)).toEqual(Array(7).fill('server'));
});

it('cuts no character of the words in half', () => {
  const ends = Array.from({ length: 4 }, (_, at) => http(400, message('x'.repeat(297 + at) + '😀'.repeat(9))).message.at(-2));
  expect(ends.filter((end) => /[\ud800-\udbff]/.test(end ?? ''))).toEqual([]);
});

it('takes secrets out of the words before they are cut', () => {
  const secret = 'abcdefgh-0123456789';
  const { message: said } = fromStatus(401, new Headers(), message(`${'x'.repeat(290)} ${secret}`), wallMs, [secret]);
  expect([said.length, /[a-h0-9]/.test(said)]).toEqual([301, false]);
});

it('tells mistakes that were made here from a network that fails', () => {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  const thrown = (work: () => unknown): unknown => {
    try {
      return work();
    } catch (error) {
      return error;
    }
  };
  const failure = (error: unknown) => fromException(error, ['sk-live-0123456789']);
  expect(
    [
      thrown(() => JSON.stringify(cyclic)),
      thrown(() => JSON.stringify({ a: 1n })),
      thrown(() => new Headers({ a: 'Bearer sk-live-0123456789\r\nx' })),
      new RangeError('Maximum call stack size exceeded'),
      new TypeError('fetch failed', { cause: Object.assign(new Error('incorrect header check'), { code: 'Z_DATA_ERROR' }) }),
      new TypeError('fetch failed', { cause: Object.assign(new Error('Parse Error: Expected HTTP/'), { code: 'HPE_INVALID_CONSTANT' }) }),
      new TypeError('fetch failed', { cause: Object.assign(new Error('Headers Timeout Error'), { code: 'UND_ERR_HEADERS_TIMEOUT' }) }),
      new TypeError('fetch failed', { cause: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }) }),
      new TypeError('terminated'),
    ].map((error) => {
      const { kind, shouldRetry, code, message: text } = failure(error);
      return [kind, code, shouldRetry, text.includes('sk-live')];
    }),
  ).toEqual([
    ['bad-request', 'unwritable-request', undefined, false],
    ['bad-request', 'unwritable-request', undefined, false],
    ['bad-request', 'unwritable-request', undefined, false],
    ['bad-request', 'unwritable-request', undefined, false],
    ['malformed', 'damaged-compression', false, false],
    ['malformed', 'not-http', false, false],
    ['first-token-timeout', undefined, undefined, false],
    ['connection', undefined, undefined, false],
    ['connection', undefined, undefined, false],
  ]);
});
