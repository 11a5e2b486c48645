// Sums, prices, budgets and the page's picture of them: pure tables, and a folder that several windows write to.
import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verdictOn } from '../../../src/core/usage/budget.ts';
import { daysUntil, exported, rowOf, Sums, totalOf, type UsageRow } from '../../../src/core/usage/ledger.ts';
import { costOf, priceOf } from '../../../src/core/usage/prices.ts';
import type { UsageFilter } from '../../../src/core/usage/protocol.ts';
import { marksUpTo, usageView, type ViewWords } from '../../../src/core/usage/view.ts';
import { UsageFiles } from '../../../src/node/disk/usageFiles.ts';
import { countTurns } from '../../support/turns.ts';

function summed(rows: readonly UsageRow[]): readonly UsageRow[] {
  const sums = new Sums();
  for (const row of rows) sums.add(row);
  return sums.rows;
}

const usage = { prompt: 100, completion: 20, total: 120, cached: 60, reasoning: 5, estimated: false, attempts: 2 };
const row = (day: string, model = 'a/m', workspace = 'w', cost = 0): UsageRow =>
  rowOf({ day, model, workspace }, usage, { amount: cost, currency: 'USD' });

describe('a price', () => {
  const prices = { 'a/m': { in: 2, out: 10, cached: 1 }, m: { in: 4, out: 4 }, 'n/x': { in: 1, out: 1 } };

  it('is of the model at its endpoint, else of the model anywhere, else not known', () => {
    expect([
      priceOf(prices, 'a/m'),
      priceOf(prices, 'b/m'),
      priceOf(prices, 'b/n/x'),
      priceOf(prices, 'b/other'),
      priceOf(prices, 'b/toString'),
    ]).toEqual([prices['a/m'], prices.m, prices['n/x'], undefined, undefined]);
  });

  it('counts cached tokens at their own price, and what is not known as nothing', () => {
    expect([costOf(usage, prices['a/m']), costOf(usage, prices.m), costOf(usage, undefined)]).toEqual([
      { amount: (40 * 2 + 60 * 1 + 20 * 10) / 1e6, currency: 'USD' },
      { amount: (100 * 4 + 20 * 4) / 1e6, currency: 'USD' },
      undefined,
    ]);
  });

  it('stays in the currency that it was given in, and is added to no other', () => {
    const yuan = costOf(usage, { in: 2, out: 8, currency: 'CNY' });
    const where = { day: '2026-01-01', model: 'a/m', workspace: 'w' };
    const rows = [rowOf(where, usage, yuan), rowOf(where, usage, yuan), rowOf(where, usage, { amount: 1, currency: 'USD' })];
    expect({ costs: totalOf(rows).costs, rows: summed(rows).map(({ cost, currency }) => [cost, currency]) }).toEqual({
      costs: { CNY: 2 * (360 / 1e6), USD: 1 },
      rows: [
        [2 * (360 / 1e6), 'CNY'],
        [1, undefined],
      ],
    });
  });
});

describe('a budget', () => {
  const none = { answerTokens: 0, dayTokens: 0, dayCost: 0 };
  const spent = { answerTokens: 80, dayTokens: 90, dayCost: 0.5 };

  it.each([
    ['none is set', none, { state: 'within' }],
    ['less than four fifths', { ...none, answerTokens: 101 }, { state: 'within' }],
    ['four fifths', { ...none, answerTokens: 100 }, { state: 'near', kind: 'answerTokens', used: 80, budget: 100 }],
    ['all of it', { ...none, answerTokens: 80 }, { state: 'over', kind: 'answerTokens', used: 80, budget: 80 }],
    [
      'the most pressing of several',
      { answerTokens: 100, dayTokens: 60, dayCost: 0.5 },
      { state: 'over', kind: 'dayTokens', used: 90, budget: 60 },
    ],
  ] as const)('when %s', (_, budget, expected) => {
    expect(verdictOn(spent, budget)).toEqual(expected);
  });
});

describe('a ledger', () => {
  it('adds up in any order and in any grouping', () => {
    const rows = fc.array(fc.tuple(fc.constantFrom('2026-01-01', '2026-01-02'), fc.constantFrom('a/m', 'b/n'), fc.constantFrom('', 'w')), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(rows, fc.nat(30), (keys, cut) => {
        const all = keys.map(([day, model, workspace]) => row(day, model, workspace));
        const sort = (some: readonly UsageRow[]): string[] => some.map((one) => JSON.stringify(Object.entries(one).sort())).sort();
        const apart = summed([...summed(all.slice(cut)), ...summed(all.slice(0, cut))]);
        expect(sort(apart)).toEqual(sort(summed(all)));
        expect(totalOf(apart).answers).toBe(all.length);
      }),
      { seed: 3 },
    );
  });

  it.each([9e15, 1e308, Infinity, NaN, -1])('does not believe a server that counts %d tokens', (tokens) => {
    const doubted = { ...usage, prompt: tokens, cached: tokens, total: tokens };
    expect(rowOf({ day: '2026-01-01', model: 'a/m', workspace: '' }, doubted, { amount: tokens, currency: 'USD' })).toEqual({
      day: '2026-01-01',
      model: 'a/m',
      workspace: '',
      answers: 1,
      requests: 2,
      prompt: 0,
      cached: 0,
      completion: 20,
      reasoning: 5,
      paidAgain: 0,
      cost: 0,
      estimated: 20,
    });
  });

  it('knows each day once, over both changes of the clocks and a leap day', () => {
    const days = daysUntil('2028-12-31', 366);
    expect({ count: new Set(days).size, first: days[0], leap: days.includes('2028-02-29'), last: days.at(-1) }).toEqual({
      count: 366,
      first: '2028-01-01',
      leap: true,
      last: '2028-12-31',
    });
  });

  it('is a table that no spreadsheet takes for formulas', async () => {
    expect((await exported([row('2026-01-01', '=HYPERLINK("x")', 'a, "b"')], 'csv')).split('\r\n')).toEqual([
      'day,model,workspace,answers,requests,prompt,cached,completion,reasoning,paidAgain,cost,currency,estimated',
      '2026-01-01,"\'=HYPERLINK(""x"")","a, ""b""",1,2,100,60,20,5,0,0,USD,0',
      '',
    ]);
  });

  it('of fifty thousand rows is exported in many turns, as the same text', async () => {
    const many = Array.from({ length: 50_000 }, (_, index) => row('2026-01-01', `a/m${index}`));
    using turns = countTurns();
    const csv = await exported(many, 'csv');
    const forCsv = turns.count;
    const json = await exported(many, 'json');
    expect({
      divided: [forCsv >= 20, turns.count - forCsv >= 20],
      lines: csv.split('\r\n').length,
      last: csv.trimEnd().split('\r\n').at(-1),
      json: json === `${JSON.stringify(many, undefined, 2)}\n`,
      none: [await exported([], 'csv'), JSON.parse(await exported([], 'json'))],
    }).toEqual({
      divided: [true, true],
      lines: 50_002,
      last: '2026-01-01,a/m49999,w,1,2,100,60,20,5,0,0,USD,0',
      json: true,
      none: ['day,model,workspace,answers,requests,prompt,cached,completion,reasoning,paidAgain,cost,currency,estimated\r\n', []],
    });
  });
});

describe('the page', () => {
  const words: ViewWords = {
    number: String,
    cost: ({ amount, currency }) => `${currency === 'USD' ? '$' : currency} ${amount}`.replace('$ ', '$'),
    day: (day) => day.slice(5),
    label: (id) => id.toUpperCase(),
    noWorkspace: '-',
    head: ['h'],
    total: 'Sum',
    more: (count) => `${count} more`,
  };
  const filter: UsageFilter = { days: 7, measure: 'tokens', model: '', workspace: '' };
  const rows = [row('2026-01-01', 'a/m', '', 1), row('2026-01-07', 'a/m', 'w', 2), row('2026-01-07', 'b/n', 'w'), row('2025-12-31')];

  it('shows every day of its span, the newest first in the table, and a total', async () => {
    const view = await usageView(rows, filter, '2026-01-07', words);
    expect({
      bars: view.bars.map(({ label, parts }) => [label, ...parts]),
      rows: view.table.rows.map((cells) => cells.slice(0, 4)),
      total: view.table.total,
    }).toEqual({
      bars: [
        ['01-01', 100, 20],
        ['01-02', 0, 0],
        ['01-03', 0, 0],
        ['01-04', 0, 0],
        ['01-05', 0, 0],
        ['01-06', 0, 0],
        ['01-07', 200, 40],
      ],
      rows: [
        ['01-07', 'B/N', 'w', '1'],
        ['01-07', 'A/M', 'w', '1'],
        ['01-01', 'A/M', '-', '1'],
      ],
      total: ['Sum', '', '', '3', '300', '180', '60', '15', '0', '$3'],
    });
  });

  it.each(['tokens', 'cost'] as const)('shows the thousand largest rows by %s, and adds up the others in one', async (measure) => {
    const [large, small] = measure === 'tokens' ? [1_000, 100] : [100, 1_000];
    const many = Array.from({ length: 1_500 }, (_, index) => {
      const isLarge = index % 3 > 0;
      const where = { day: '2026-01-07', model: `a/${isLarge ? 'large' : 'small'}${index}`, workspace: 'w' };
      const amount = isLarge ? 2 : 1;
      return rowOf(where, { ...usage, prompt: isLarge ? large : small }, { amount, currency: 'USD' });
    });
    const { rows: shown, total } = (await usageView(many, { ...filter, measure }, '2026-01-07', words)).table;
    expect({
      names: new Set(shown.map(([, model]) => model!.startsWith('A/LARGE'))),
      count: shown.length,
      first: shown[0]![1],
      others: shown.at(-1),
      total,
    }).toEqual({
      names: new Set([true, false]),
      count: 1_001,
      first: 'A/LARGE1499',
      others: ['500 more', '', '', '500', String(500 * small), String(500 * 60), '10000', '2500', '0', '$500'],
      total: ['Sum', '', '', '1500', String(1_000 * large + 500 * small), String(1_500 * 60), '30000', '7500', '0', '$2500'],
    });
  });

  it('gives other work a turn after each pass over the rows', async () => {
    using turns = countTurns();
    await usageView(rows, filter, '2026-01-07', words);
    expect(turns.count).toBeGreaterThanOrEqual(5);
  });

  it('shows one model, one workspace or the cost when asked', async () => {
    const cost = await usageView(rows, { ...filter, measure: 'cost', model: 'a/m', workspace: 'w' }, '2026-01-07', words);
    expect({ bars: cost.bars.map(({ parts }) => parts), rows: cost.table.rows.length, models: cost.models }).toEqual({
      bars: [[0], [0], [0], [0], [0], [0], [2]],
      rows: 1,
      models: [
        { id: 'a/m', label: 'A/M' },
        { id: 'b/n', label: 'B/N' },
      ],
    });
  });

  it('has a scale of at most six round marks that holds the most', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (most) => {
        const marks = marksUpTo(most);
        expect(marks[0]).toBe(0);
        expect(marks.at(-1)).toBeGreaterThanOrEqual(most * (1 - 1e-9));
        expect(marks.length).toBeLessThanOrEqual(6);
      }),
      { seed: 4 },
    );
  });
});

describe('the folder', () => {
  const today = '2026-06-01';
  async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'rivulet-'));
    try {
      await work(join(folder, 'usage'));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  it('holds what several windows append, adds it up when it grows, and loses and doubles nothing', () =>
    inFolder(async (folder) => {
      const windows = [new UsageFiles(folder, 2_000), new UsageFiles(folder, 2_000)];
      for (let round = 0; round < 40; round++) {
        for (const files of windows) files.append(row(today));
        if (round % 5 === 0) await Promise.all(windows.map((files) => files.read(today)));
      }
      const read = await windows[0]!.read(today);
      const size = (await readFile(join(folder, 'usage.jsonl'), 'utf8').catch(() => '')).length;
      expect({ answers: totalOf(read).answers, rows: read.length, bounded: size < 4_000 }).toEqual({ answers: 80, rows: 1, bounded: true });
    }));

  it('counts nothing twice when it was killed while it added up', () =>
    inFolder(async (folder) => {
      const files = new UsageFiles(folder, 100);
      for (let line = 0; line < 5; line++) files.append(row(today));
      const before = totalOf(await files.read(today)).answers;
      const name = (await readdir(folder)).find((one) => one.endsWith('.sums'))!;
      const id = /^usage-(.+)\.sums$/.exec(name)![1]!;
      // Killed before the lines that are summed were removed …
      await writeFile(join(folder, `usage-${id}.taken`), `${JSON.stringify(row(today))}\n`.repeat(5));
      const late = totalOf(await files.read(today)).answers;
      // … and before the sums were whole.
      await rm(join(folder, name));
      const early = totalOf(await files.read(today)).answers;
      expect([before, late, early]).toEqual([5, 5, 5]);
    }));

  it('passes over lines that are no rows, and forgets the days before the last 400', () =>
    inFolder(async (folder) => {
      const files = new UsageFiles(folder);
      files.append(row(today));
      files.append(row('2024-01-01'));
      await writeFile(join(folder, 'usage-x.sums'), `half a li\n{"day":1}\nnull\n${JSON.stringify(row(today))}`);
      await rename(join(folder, 'usage-x.sums'), join(folder, 'usage-y.sums'));
      expect((await files.read(today)).map(({ day, answers }) => [day, answers])).toEqual([[today, 2]]);
    }));

  it('counts a row that the disk refuses, says so once, and writes it when there is room', () =>
    inFolder(async (folder) => {
      const files = new UsageFiles(folder);
      files.append(row(today));
      await rename(folder, `${folder}.away`);
      await writeFile(folder, '');
      const refused = [1, 2].map(() => {
        try {
          files.append(row(today));
          return 'quiet';
        } catch {
          return 'said';
        }
      });
      const during = totalOf(await files.read(today)).answers;
      await rm(folder);
      await rename(`${folder}.away`, folder);
      files.flush();
      const inAnother = totalOf(await new UsageFiles(folder).read(today)).answers;
      expect({ refused, during, inAnother, here: totalOf(await files.read(today)).answers }).toEqual({
        refused: ['said', 'quiet'],
        during: 2,
        inAnother: 3,
        here: 3,
      });
    }));

  it.each(['{"day":"2026-06-01","model":"a', 'x', '\0\0', '\uFFFD'])('loses no row behind half a line: %j', (half) =>
    inFolder(async (folder) => {
      const files = new UsageFiles(folder);
      for (let round = 0; round < 10; round++) files.append(row(today));
      await appendFile(join(folder, 'usage.jsonl'), half);
      files.append(row(today));
      expect(totalOf(await files.read(today)).answers).toBe(11);
    }),
  );

  it('loses of a damaged row the number that is damaged, and reads on after a byte order mark and megabytes of zeros', () =>
    inFolder(async (folder) => {
      const files = new UsageFiles(folder);
      const lines = [
        JSON.stringify({ ...row(today), cost: null }),
        JSON.stringify(row(today)).replace('"prompt":100', '"prompt":1e999'),
        JSON.stringify({ ...row(today), prompt: 9e15, cost: 1e308 }),
        JSON.stringify({ ...row(today), completion: -5, cached: '60' }),
        JSON.stringify({ ...row(today), day: '__proto__' }),
      ];
      await mkdir(folder);
      await writeFile(join(folder, 'usage-x.sums'), `\uFEFF${lines.join('\n')}`);
      await writeFile(join(folder, 'usage-y.sums'), '');
      await truncate(join(folder, 'usage-y.sums'), 100 * 1024 ** 2);
      expect(totalOf(await files.read(today))).toEqual({
        answers: 4,
        requests: 8,
        prompt: 200,
        cached: 180,
        completion: 60,
        reasoning: 20,
        paidAgain: 0,
        costs: {},
        estimated: 0,
      });
    }));

  it('is empty when it was deleted, and can be written again', () =>
    inFolder(async (folder) => {
      const files = new UsageFiles(folder);
      files.append(row(today));
      await files.delete();
      const empty = await files.read(today);
      files.append(row(today));
      expect([empty.length, (await files.read(today)).length]).toEqual([0, 1]);
    }));
});
