// Settings: correct values are used, wrong ones are named, and one mistake does not affect the others.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SettingProblem } from '../../../src/core/settings/fields.ts';
import { readSettings, type Settings } from '../../../src/core/settings/settings.ts';

const read = (values: Readonly<Record<string, unknown>>): Settings => readSettings((key) => values[key]);

/** `setting/entry.field expected → instead` of each problem. */
function told(problems: readonly SettingProblem[]): string[] {
  return problems.map(({ setting, entry, field, expected, instead }) => {
    const place = [setting, ...(entry === undefined ? [] : [`/${entry}`]), ...(field === undefined ? [] : [`.${field}`])].join('');
    return `${place} ${expected.type} → ${instead}`;
  });
}

const good = { id: 'good', baseURL: 'http://127.0.0.1:1/v1' };

describe('an endpoint', () => {
  it.each([
    { wrong: 'without an id', entry: { baseURL: good.baseURL }, problems: ['endpoints/1.id identifier → nothing'], ids: ['good'] },
    { wrong: 'that is a text', entry: 'http://x', problems: ['endpoints/1 object → nothing'], ids: ['good'] },
    { wrong: 'that is null', entry: null, problems: ['endpoints/1 object → nothing'], ids: ['good'] },
    { wrong: 'with a blank in its id', entry: { ...good, id: 'a b' }, problems: ['endpoints/1.id identifier → nothing'], ids: ['good'] },
    { wrong: 'named like the demo', entry: { ...good, id: 'demo' }, problems: ['endpoints/demo.id unused → nothing'], ids: ['good'] },
    { wrong: 'at ftp:', entry: { id: 'f', baseURL: 'ftp://x' }, problems: ['endpoints/f.baseURL address → nothing'], ids: ['good'] },
    { wrong: 'without an address', entry: { id: 'f' }, problems: ['endpoints/f.baseURL address → nothing'], ids: ['good'] },
    {
      wrong: 'with a wrong continuation keeps the rest',
      entry: { ...good, id: 'f', continuation: 'magic' },
      problems: ['endpoints/f.continuation choice → default'],
      ids: ['f', 'good'],
    },
    {
      wrong: 'with headers and models of the wrong type keeps the rest',
      entry: { ...good, id: 'f', headers: { a: 1 }, models: 'gpt' },
      problems: ['endpoints/f.headers text-map → default', 'endpoints/f.models texts → default'],
      ids: ['f', 'good'],
    },
    {
      wrong: 'with a misspelt field',
      entry: { ...good, id: 'f', baseUrl: 'http://x' },
      problems: ['endpoints/f.baseUrl known → default'],
      ids: ['f', 'good'],
    },
    {
      wrong: 'with a window that is no number',
      entry: { ...good, id: 'f', contextWindow: '128k' },
      problems: ['endpoints/f.contextWindow number → default'],
      ids: ['f', 'good'],
    },
  ])('$wrong is named', ({ entry, problems, ids }) => {
    const settings = read({ endpoints: [entry, good] });
    expect({ problems: told(settings.problems), ids: settings.endpoints.map(({ id }) => id) }).toEqual({ problems, ids });
  });

  it('with an id that is used twice is left out', () => {
    const settings = read({ endpoints: [good, { ...good, name: 'Second' }] });
    expect([told(settings.problems), settings.endpoints.map(({ name }) => name)]).toEqual([
      ['endpoints/good.id unused → nothing'],
      ['good'],
    ]);
  });

  it('named "__proto__" or "constructor" is one like any other, and so is such a field', () => {
    const entry = JSON.parse('{"id":"__proto__","baseURL":"http://x/v1/","constructor":"?"}') as object;
    const settings = read({ endpoints: [entry] });
    expect([told(settings.problems), settings.endpoints.map(({ id, baseURL }) => [id, baseURL])]).toEqual([
      ['endpoints/__proto__.constructor known → default'],
      [['__proto__', 'http://x/v1']],
    ]);
  });
});

it('takes the default for a value that cannot be used, and says so once for each', () => {
  const settings = read({
    endpoints: { id: 'x' },
    'limits.maxTokens': -1,
    'timeouts.idleSeconds': Number.NaN,
    'retry.maxAttempts': '3',
    'insert.prose': 'explain',
    'log.text': 'yes',
    location: 'left',
    systemPrompt: 7,
    triggers: 'none',
    prices: [],
  });
  expect({
    problems: told(settings.problems).sort(),
    values: [settings.stream.limits.maxTokens, settings.stream.timeouts.idleSeconds, settings.prose, settings.logText, settings.view],
  }).toEqual({
    problems: [
      'endpoints list → default',
      'insert.prose choice → default',
      'limits.maxTokens number → default',
      'location choice → default',
      'log.text boolean → default',
      'prices object → default',
      'retry.maxAttempts number → default',
      'systemPrompt text → default',
      'timeouts.idleSeconds number → default',
      'triggers list → default',
    ],
    values: [0, 60, 'comment', false, 'rivulet.chat'],
  });
});

it('leaves out only the triggers and prices that cannot be used', () => {
  const settings = read({
    triggers: [
      { name: 'a', on: 'text', match: 'x', action: 'stop' },
      { name: 'b', on: 'regex', match: '(' },
      { name: 'c', on: 'word', match: 'x' },
      { name: 'd', on: 'text' },
      { name: 'e', on: 'fence-open', action: 'run' },
      { name: 'f', on: 'fence-close', action: { command: 'x.y', args: [1] } },
      'g',
    ],
    prices: { 'a/b': { in: 1, out: 2 }, 'a/c': { in: 1 }, 'a/d': { in: 1, out: 'free' }, 'a/e': 3, 'a/f': { in: 1, out: 2, cached: -1 } },
  });
  expect({
    triggers: settings.stream.triggers.map(({ name }) => name),
    prices: Object.keys(settings.prices),
    problems: told(settings.problems),
  }).toEqual({
    triggers: ['a', 'f'],
    prices: ['a/b'],
    problems: [
      'triggers/b.match pattern → nothing',
      'triggers/c.on choice → nothing',
      'triggers/d.match text → nothing',
      'triggers/e.action choice → nothing',
      'triggers/7 object → nothing',
      'prices/a/c.out number → nothing',
      'prices/a/d.out number → nothing',
      'prices/a/e object → nothing',
      'prices/a/f.cached number → nothing',
    ],
  });
});

it('has the defaults that the manifest announces', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    contributes: {
      configuration: { properties: Record<string, { default?: unknown }> }[];
    };
  };
  const { configuration } = manifest.contributes;
  const properties = Object.assign({}, ...configuration.map((part) => part.properties)) as Record<string, { default?: unknown }>;
  const announced = Object.fromEntries(
    Object.entries(properties).map(([name, { default: value }]) => [name.replace('rivulet.', ''), value]),
  );
  expect(read({})).toEqual(read(announced));
});

it('the calm mode is on with true, with a number of edits a second, and off otherwise', () => {
  const calm = (value: unknown): unknown => {
    const { calmEdits, problems } = read({ 'insert.calm': value });
    return problems.length > 0 ? told(problems) : calmEdits;
  };
  expect([undefined, false, 0, true, 5, -1, 'often'].map(calm)).toEqual([
    undefined,
    undefined,
    undefined,
    2,
    5,
    ['insert.calm flag-or-number → default'],
    ['insert.calm flag-or-number → default'],
  ]);
});
