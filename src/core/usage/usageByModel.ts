/** The usage of an answer by model: each model that wrote a part is counted and priced on its own. */
import type { AttemptUsage, StreamEvent, TokenCost, Usage } from '../../api.ts';

type EndEvent = Extract<StreamEvent, { type: 'end' }>;

/**
 * @param model that was asked first; it comes first
 * @param counted what was recorded of this answer before its first request read it again
 */
export function usageByModel(
  model: string,
  { usage, perAttempt = [] }: Pick<EndEvent, 'usage' | 'perAttempt'>,
  counted?: Usage,
): readonly { readonly model: string; readonly usage: Usage }[] {
  const models = [...new Set(perAttempt.map((attempt) => attempt.model))];
  if (models.every((one) => one === model)) return [{ model, usage: usageSince(usage, counted) }];
  const attempts = perAttempt.map((attempt, index) => (index === 0 ? usageSince(attempt, counted) : attempt));
  return [model, ...models.filter((one) => one !== model)].map((one) => ({
    model: one,
    usage: sumOf(attempts.filter((attempt) => attempt.model === one)),
  }));
}

export function usageSince<T extends Partial<Usage> & TokenCost>(usage: T, counted: Usage | undefined): T {
  if (counted === undefined) return usage;
  const since: Partial<Record<(typeof counts)[number], number>> = {};
  for (const name of counts) if (usage[name] !== undefined) since[name] = Math.max(0, usage[name] - (counted[name] ?? 0));
  const { prompt = 0, completion = 0 } = since;
  const { paidAgain: again } = usage;
  const { prompt: promptBefore = 0, completion: completionBefore = 0 } = counted.paidAgain ?? {};
  const paidAgain = again && { prompt: again.prompt - promptBefore, completion: again.completion - completionBefore };
  return { ...usage, ...since, total: prompt + completion, ...(paidAgain === undefined ? {} : { paidAgain }) };
}

const counts = ['prompt', 'completion', 'reasoning', 'cached', 'cacheWrite', 'attempts'] as const;

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
