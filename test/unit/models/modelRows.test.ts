// The rows of the model picker: their order, what a filter hides, and how much work 2,000 models are.
import { expect, it } from 'vitest';
import { type ModelGroup, type ModelNeed, type ModelRow, modelRows } from '../../../src/core/models/modelRows.ts';
import type { ModelFacts } from '../../../src/core/provider/facts/modelFacts.ts';

const group = (id: string, ...models: string[]): ModelGroup => ({ id, name: id.toUpperCase(), list: { type: 'models', models } });
const facts: Readonly<Record<string, ModelFacts>> = {
  'a/sees': { vision: true },
  'a/blind': { vision: false },
  'b/hot': { loaded: true, vision: true, tools: true },
};

function rowsOf(groups: readonly ModelGroup[], needs: readonly ModelNeed[] = [], pinned: string[] = [], recent: string[] = []) {
  let asked = 0;
  const factsOf = (id: string): ModelFacts => {
    asked++;
    return facts[id] ?? {};
  };
  const rows = modelRows({ groups, pinned, recent, needs, factsOf });
  return { rows: rows.map(textOf), asked };
}

function textOf(row: ModelRow): string {
  switch (row.type) {
    case 'heading':
      return row.of === 'endpoint' ? `— ${row.group.name}` : `— ${row.of}`;
    case 'model':
      return `${row.group.id}/${row.model}${row.isPinned ? ' 📌' : ''}`;
    case 'hidden':
      return `hidden ${row.lack}+${row.unknown}`;
    default:
      return `${row.type} ${row.group.id}`;
  }
}

it('shows pinned models, then recent ones, then those of each endpoint, loaded ones first', () => {
  const groups = [group('a', 'blind', 'sees'), group('b', 'cold', 'hot')];
  expect(rowsOf(groups, [], ['b/hot', 'gone/x'], ['a/blind', 'b/hot', 'b/gone']).rows).toEqual([
    '— pinned',
    'b/hot 📌',
    '— recent',
    'a/blind',
    '— A',
    'a/blind',
    'a/sees',
    '— B',
    'b/hot 📌',
    'b/cold',
  ]);
});

it('says of each endpoint whether it is still asked, cannot be reached, or has no models', () => {
  const failure = { kind: 'connection', message: 'refused' } as const;
  const groups: ModelGroup[] = [
    { id: 'a', name: 'A', list: { type: 'asking' } },
    { id: 'b', name: 'B', list: { type: 'failed', failure } },
    group('c'),
  ];
  expect(rowsOf(groups).rows).toEqual(['— A', 'asking a', '— B', 'failed b', '— C', 'empty c']);
});

it('shows the models alone that are known to do what is needed, and says how many are hidden and why', () => {
  const groups = [group('a', 'blind', 'sees', 'unknown'), group('b', 'hot', 'cold')];
  expect([rowsOf(groups, ['vision'], ['a/blind']).rows, rowsOf(groups, ['vision', 'tools']).rows]).toEqual([
    ['— A', 'a/sees', '— B', 'b/hot', 'hidden 1+2'],
    ['— B', 'b/hot', 'hidden 1+3'],
  ]);
});

it('looks at each of 2,000 models once, whatever is pinned', () => {
  const models = Array.from({ length: 2_000 }, (_, index) => `m${index}`);
  const { rows, asked } = rowsOf([group('a', ...models)], [], models.map((model) => `a/${model}`).slice(0, 20), ['a/m1', 'a/m30']);
  expect([rows.length, asked]).toEqual([2_000 + 1 + 21 + 2, 2_000]);
});
