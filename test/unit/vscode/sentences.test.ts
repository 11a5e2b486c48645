// Everything that can go wrong, told in Chinese: no English sentence of ours stands in it, only the server's own words.
import { expect, it } from 'vitest';
import type { EndReason, ErrorKind, StoppedBy, StreamError } from '../../../src/api.ts';
import { ownFailure, ownFailures, type FailureCode } from '../../../src/core/provider/failures/ownFailures.ts';
import { readSettings } from '../../../src/core/settings/settings.ts';
import { importedFrom } from '../../../src/node/disk/conversationJobs.ts';
import { PictureFiles } from '../../../src/node/disk/pictureFiles.ts';
import { importProblem } from '../../../src/vscode/chat/conversations/importFiles.ts';
import { errorSentence } from '../../../src/vscode/ui/sentences/failureSentences.ts';
import { endSentence } from '../../../src/vscode/ui/sentences/answerSentences.ts';
import { spanText } from '../../../src/vscode/ui/sentences/counts.ts';
import { contextBar } from '../../../src/vscode/usage/statusTooltip.ts';
import { settingSentence } from '../../../src/vscode/ui/sentences/settingSentences.ts';
import { collect, endOf, rig } from '../../support/engine.ts';
import { drop, fakeServer, head, raw, status, type Step, text } from '../../support/fakeServer.ts';

const asked = { server: 'M', model: 'm' };
/** What a server said, in no language. */
const said = 'ZZZ';

const kinds: readonly ErrorKind[] = [
  'auth',
  'quota',
  'rate-limit',
  'connect-timeout',
  'first-token-timeout',
  'stall',
  'connection',
  'server',
  'bad-request',
  'context-length',
  'not-found',
  'malformed',
  'empty',
];
const reasons: readonly EndReason[] = [
  'stop',
  'length',
  'content-filter',
  'tool-calls',
  'other',
  'cancelled',
  'limit',
  'trigger',
  'truncated',
  'error',
];

const encode = (body: string): Uint8Array => new TextEncoder().encode(body);

/** Sentences with three Latin words in a row. What Node says of a socket, with its code, is not ours to translate. */
function english(sentences: readonly (string | undefined)[]): string[] {
  const ours = (sentence: string): string => sentence.replaceAll(/[\w ]+ \([A-Z_]+\)/g, '');
  return sentences.filter((sentence): sentence is string => /[A-Za-z]{2,}(?: [A-Za-z]{2,}){2,}/.test(ours(sentence ?? '')));
}

it('each kind of error, with the words of a server and with each of our own failures', () => {
  const own = (Object.keys(ownFailures) as FailureCode[]).map((code): StreamError => ownFailure(code, ['A', 'B', 'C']));
  const foreign = kinds.flatMap((kind): StreamError[] => [
    { kind, message: said },
    { kind, message: said, status: 400 },
  ]);
  const sentences = [...own, ...foreign].map((error) => errorSentence(error, asked).text);
  expect({ many: sentences.length > 40, english: english(sentences) }).toEqual({ many: true, english: [] });
});

it('each end of an answer, with text and without', () => {
  const sentences = reasons.flatMap((reason) =>
    ['', 'Half'].flatMap((words) => [
      endSentence({ reason, text: words }, asked),
      endSentence({ reason, text: words, error: { kind: 'server', message: said } }, asked),
    ]),
  );
  expect(english(sentences)).toEqual([]);
});

it('offers to ask anew where it is not known whether a request has arrived', () => {
  expect(errorSentence(ownFailure('sending-uncertain'), asked).fix).toBe('regenerate');
});

it('a stop that the server has not confirmed, and nothing of one that it has', () => {
  const error = ownFailure('stop-unconfirmed');
  const told = (['cancelled', 'limit', 'trigger'] as const).map((reason) => endSentence({ reason, text: 'Half', error }, asked)!);
  const sentence = errorSentence(error, asked).text;
  expect([told.every((text) => text.endsWith(sentence)), told[0], endSentence({ reason: 'cancelled', text: 'Half' }, asked)]).toEqual([
    true,
    sentence,
    expect.not.stringContaining(sentence),
  ]);
});

it('a part of the answer that is not shown', () => {
  expect(endSentence({ reason: 'stop', text: 'Here.', unshown: ['images', 'audio'] }, asked)).toContain('images, audio');
});

it('which limit or which trigger has ended an answer, with its value and its setting', () => {
  const told = (stoppedBy: StoppedBy): string | undefined =>
    endSentence({ reason: 'limit' in stoppedBy ? 'limit' : 'trigger', text: 'Half', stoppedBy }, asked);
  const limits = [
    'maxCharacters',
    'maxTokens',
    'maxReasoningTokens',
    'maxLines',
    'maxSeconds',
    'answerTokens',
    'dayTokens',
    'dayCost',
  ] as const;
  const sentences = [
    ...limits.map((limit) => told({ limit, value: 500, ...(limit === 'dayCost' ? { currency: 'CNY' } : {}) })),
    told({ limit: 'stopRepetition' }),
  ];
  const triggers = [told({ trigger: 'secrets', match: 'sk-\n' }), told({ trigger: 'code', match: '' })];
  expect({ english: english([...sentences, ...triggers]), sentences, triggers }).toEqual({
    english: [],
    sentences: [
      '已达到 500 个字符的上限（rivulet.limits.maxCharacters）。',
      '已达到单个回答 500 个 token 的上限（rivulet.limits.maxTokens）。',
      '已达到思考过程 500 个 token 的上限（rivulet.limits.maxReasoningTokens）。',
      '已达到 500 行的上限。',
      '已达到 500 秒的上限（rivulet.limits.maxSeconds）。',
      '已达到单个回答 500 个 token 的上限（rivulet.budget.answerTokens）。',
      '已停止：今天 500 个 token 的预算已用完（rivulet.budget.dayTokens）。',
      '已停止：今天 ¥500.00 的费用预算已用完（rivulet.budget.dayCost）。',
      '回答不断重复，已停止。',
    ],
    triggers: ['触发器“secrets”匹配到“sk-”，停止了回答。', '触发器“code”停止了回答。'],
  });
});

it('a refusal, with its category and what the server says of it', () => {
  const told = (details: object): string | undefined => endSentence({ reason: 'content-filter', text: '', ...details }, asked);
  expect([told({ detail: 'bio: ZZZ' }), told({ word: 'SAFETY' }), told({ word: 'refusal', detail: 'cyber' })]).toEqual([
    expect.stringContaining('bio: ZZZ'),
    expect.stringContaining('SAFETY'),
    expect.stringContaining('cyber'),
  ]);
});

it('what really goes wrong between a server and the engine', async () => {
  await using fake = await fakeServer();
  const cases: readonly (readonly Step[])[] = [
    status(401, { error: { message: said } }),
    status(403, { error: { message: said } }),
    status(429, { error: { message: said } }),
    status(500, said),
    status(200, '<!doctype html><title>ZZZ</title>'),
    status(404, said),
    status(302, ''),
    [head(200), raw(encode('{"a":1}\n'))],
    [head(200), text('Half'), raw(encode('data: {"choices":[{"delta":{"content":"x"\n\ndata: }}\n\n'))],
    [head(200), drop()],
    [head(200), text('Half'), drop()],
  ];
  const told: string[] = [];
  for (const steps of cases) {
    fake.next(...steps);
    const end = endOf(await collect(rig().start(fake.url, { options: { retry: { maxAttempts: 1 }, resume: { maxResumes: 0 } } })));
    told.push(endSentence(end, asked) ?? '', ...(end.error === undefined ? [] : [errorSentence(end.error, asked).text]));
  }
  const gone = endOf(await collect(rig().start('http://127.0.0.1:9/v1', { options: { retry: { maxAttempts: 1 } } })));
  if (gone.error !== undefined) told.push(errorSentence(gone.error, asked).text);
  expect({ many: told.length > 15, english: english(told) }).toEqual({ many: true, english: [] });
});

it('each setting that cannot be used', () => {
  const values: Readonly<Record<string, unknown>> = {
    endpoints: [
      {},
      'x',
      { id: 'a', baseURL: 'b' },
      { id: 'demo', baseURL: 'http://x' },
      { id: 'c', baseURL: 'http://x', kind: 1, no: 1, models: 1 },
    ],
    triggers: [{ name: 'a', on: 'regex', match: '(' }, { name: '' }, 1],
    prices: { a: 1, b: { in: 'x' } },
    'limits.maxTokens': -1,
    'log.text': 1,
    location: 1,
    systemPrompt: 1,
  };
  // What a regular expression engine says of a pattern is its own.
  const { problems } = readSettings((key) => values[key]);
  const sentences = problems.map((problem) =>
    settingSentence(problem.expected.type === 'pattern' ? { ...problem, expected: { type: 'pattern', detail: said } } : problem),
  );
  expect({ many: sentences.length > 10, english: english(sentences) }).toEqual({ many: true, english: [] });
});

it('a time of less than a second in ms, and a context window of which something is used', () => {
  expect([spanText(42), spanText(1_240), contextBar(0, 8_000), contextBar(81, 8_000), contextBar(4_000, 8_000)]).toEqual([
    '42 毫秒',
    '1.2 秒',
    '□□□□□□□□□□ 0%',
    '▏□□□□□□□□□ 1%',
    '■■■■■□□□□□ 50%',
  ]);
});

it('an import tells a file that is no JSON from a disk that refuses', async () => {
  const script = new URL('../../../src/node/disk/conversationWorker.ts', import.meta.url);
  const read = (text: string): Promise<unknown> => importedFrom(script, new TextEncoder().encode(text))[Symbol.asyncIterator]().next();
  const pictures = new PictureFiles('/no such folder', []);
  const thrown = [await failureOf(() => read('no JSON')), await failureOf(() => pictures.keep('c', 'p.png', new Uint8Array()))];
  expect(thrown.map((error) => importProblem(error, 'a.json'))).toEqual([
    '“a.json”不是可读取的 JSON 文件。',
    expect.stringMatching(/^“a.json”未能完整导入：ENOENT/),
  ]);
});

async function failureOf(run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    return error;
  }
}
