/** The rows of the model picker: pinned models, recent ones, then the models of each endpoint that has answered. */
import type { ModelFacts } from '../provider/facts/modelFacts.ts';
import type { Failure } from '../provider/failures/ownFailures.ts';

export interface ModelGroup {
  /** Of the endpoint. */
  readonly id: string;
  readonly name: string;
  readonly list:
    | { readonly type: 'asking' }
    | { readonly type: 'models'; readonly models: readonly string[] }
    | { readonly type: 'failed'; readonly failure: Failure };
}

/** What the model must be able to do. */
export type ModelNeed = 'vision' | 'tools' | 'thinking';

export interface ModelRowsInput {
  readonly groups: readonly ModelGroup[];
  /** `"<endpoint id>/<model>"`, in the order of display. */
  readonly pinned: readonly string[];
  readonly recent: readonly string[];
  readonly needs: readonly ModelNeed[];
  /** Called once for each model. */
  readonly factsOf: (id: string) => ModelFacts;
}

export type ModelRow =
  | { readonly type: 'heading'; readonly of: 'pinned' | 'recent' }
  | { readonly type: 'heading'; readonly of: 'endpoint'; readonly group: ModelGroup }
  | { readonly type: 'model'; readonly group: ModelGroup; readonly model: string; readonly facts: ModelFacts; readonly isPinned: boolean }
  | { readonly type: 'asking' | 'failed' | 'empty'; readonly group: ModelGroup }
  /** Number of hidden models: they lack a required capability, or their server does not say. */
  | { readonly type: 'hidden'; readonly lack: number; readonly unknown: number };

/** Recent models that are shown first. */
const maxRecent = 5;

export function modelRows({ groups, pinned, recent, needs, factsOf }: ModelRowsInput): readonly ModelRow[] {
  const isPinned = new Set(pinned);
  const shown = new Map<string, Extract<ModelRow, { type: 'model' }>>();
  const rows: ModelRow[] = [];
  let lack = 0;
  let unknown = 0;
  for (const group of groups) {
    const heading = { type: 'heading', of: 'endpoint', group } as const;
    if (group.list.type !== 'models') {
      rows.push(heading, { type: group.list.type, group });
      continue;
    }
    if (group.list.models.length === 0) rows.push(heading, { type: 'empty', group });
    const own: Extract<ModelRow, { type: 'model' }>[] = [];
    for (const model of group.list.models) {
      const id = `${group.id}/${model}`;
      const facts = factsOf(id);
      const told = needs.map((need) => facts[need]);
      if (told.includes(false)) lack++;
      else if (told.includes(undefined)) unknown++;
      else {
        const row = { type: 'model', group, model, facts, isPinned: isPinned.has(id) } as const;
        shown.set(id, row);
        own.push(row);
      }
    }
    if (own.length > 0) rows.push(heading);
    // Loaded models answer without a wait, so they come first.
    rows.push(...own.filter(({ facts }) => facts.loaded === true), ...own.filter(({ facts }) => facts.loaded !== true));
  }
  const first = (ids: readonly string[]): ModelRow[] => ids.flatMap((id) => shown.get(id) ?? []);
  const pinnedRows = first(pinned);
  const recentRows = first(recent.filter((id) => !isPinned.has(id)).slice(0, maxRecent));
  return [
    ...(pinnedRows.length === 0 ? [] : [{ type: 'heading', of: 'pinned' } as const, ...pinnedRows]),
    ...(recentRows.length === 0 ? [] : [{ type: 'heading', of: 'recent' } as const, ...recentRows]),
    ...rows,
    ...(lack + unknown === 0 ? [] : [{ type: 'hidden', lack, unknown } as const]),
  ];
}
