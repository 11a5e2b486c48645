/** The usage of an answer, by the models that have written it: each is counted, and paid for, under its own. */
import type { AttemptUsage, StreamEvent, Usage } from '../../api.ts';

type EndEvent = Extract<StreamEvent, { type: 'end' }>;

export interface UsedModel {
  readonly model: string;
  readonly usage: Usage;
}

/** @param model that was asked first; it comes first */
export function usageByModel(model: string, { usage, perAttempt = [] }: Pick<EndEvent, 'usage' | 'perAttempt'>): readonly UsedModel[] {
  const models = [...new Set(perAttempt.map((attempt) => attempt.model))];
  if (models.every((one) => one === model)) return [{ model, usage }];
  return [model, ...models.filter((one) => one !== model)].map((one) => ({
    model: one,
    usage: sumOf(perAttempt.filter((attempt) => attempt.model === one)),
  }));
}

function sumOf(attempts: readonly AttemptUsage[]): Usage {
  const sum = (of: (attempt: AttemptUsage) => number): number => attempts.reduce((total, attempt) => total + of(attempt), 0);
  return {
    prompt: sum(({ prompt }) => prompt),
    completion: sum(({ completion }) => completion),
    total: sum(({ total }) => total),
    reasoning: sum(({ reasoning }) => reasoning),
    cached: sum(({ cached }) => cached),
    estimated: attempts.some(({ estimated }) => estimated),
    attempts: attempts.length,
  };
}
