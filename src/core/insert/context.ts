/** The prompt for an answer that goes into a document: the task, the place, and as much surrounding text as fits. */

/** The place in the document. Texts are complete; this file trims those around the selection. */
export interface Surroundings {
  /** VS Code's identifier of the language. */
  readonly language: string;
  /** Path inside the workspace, or the name of an untitled document; never an absolute path. */
  readonly fileName: string;
  readonly before: string;
  readonly selection: string;
  readonly after: string;
  /** What surrounds the place; `text` in documents without code. */
  readonly inside: 'code' | 'comment' | 'string' | 'text';
}

export type Task =
  | { readonly type: 'insert'; readonly prompt: string }
  | { readonly type: 'continue' }
  | { readonly type: 'replace'; readonly prompt: string }
  /** Whether the selection, or the comment above the cursor, is the question. */
  | { readonly type: 'answer'; readonly question: string };

export interface ContextBudget {
  /** Maximum tokens of the text around the place. */
  readonly tokens: number;
  /** Maximum tokens of a selection to be replaced: it is sent completely or not at all, because all of it is replaced. */
  readonly selectionTokens: number;
  readonly count: (text: string) => number;
}

export interface ContextMessage {
  readonly role: 'system' | 'user';
  readonly content: string;
}

/** Share of the budget for the text before the cursor; what it does not use goes to the text after it. */
const shareBefore = 0.75;

/** Tokens of a selection that is too long to be replaced; undefined if it fits. */
export function excessTokens(selection: string, budget: ContextBudget): number | undefined {
  const tokens = budget.count(selection);
  return tokens > budget.selectionTokens ? tokens : undefined;
}

export function messagesFor(task: Task, place: Surroundings, budget: ContextBudget): readonly ContextMessage[] {
  const selection = task.type === 'replace' ? place.selection : '';
  // Text that is not replaced stays around the answer.
  const before = task.type === 'answer' || task.type === 'replace' ? place.before : place.before + place.selection;
  const above = cut(before, Math.floor(budget.tokens * shareBefore), budget.count, 'start');
  const below = cut(place.after, budget.tokens - budget.count(above), budget.count, 'end');
  const rest = budget.tokens - budget.count(above) - budget.count(below);
  const more = above === before ? above : cut(before, budget.count(above) + rest, budget.count, 'start');
  return [
    { role: 'system', content: rules(task, place) },
    { role: 'user', content: question(task, more, selection, below) },
  ];
}

/** A line-by-line comparison only finds lines that are exactly equal. */
const unchangedLines =
  'Repeat every line that does not change exactly as it is. Only in the place of a run of more than 30 unchanged lines may a ' +
  'comment "... existing code ..." stand, with at least 8 unchanged lines before and after it.';

function rules(task: Task, place: Surroundings): string {
  return [
    `Your answer is written into the file ${JSON.stringify(place.fileName)} (language: ${place.language}) while you give it.`,
    task.type === 'replace' ? 'It takes the place of the text between <selection> and </selection>.' : 'It is inserted at <cursor/>.',
    ...(task.type === 'replace' ? [unchangedLines] : []),
    formOf(place.inside),
    'Do not repeat the text around it. Indent relative to the first line of your answer.',
  ].join('\n');
}

function formOf(inside: Surroundings['inside']): string {
  switch (inside) {
    case 'text':
      return 'Give only the text to insert, without an introduction and without a fence around it.';
    case 'code':
      return 'Give only the code to insert, in one fenced code block. Say what must be said in comments of that language.';
    case 'comment':
    case 'string':
      return `The place is inside a ${inside}. Give only the text for it, without a fence and without the marks around it.`;
    default:
      return inside satisfies never;
  }
}

function question(task: Task, before: string, selection: string, after: string): string {
  const asked = task.type === 'continue' ? 'Continue the text at the cursor.' : task.type === 'answer' ? task.question : task.prompt;
  const place = task.type === 'replace' ? `<selection>${selection}</selection>` : '<cursor/>';
  return `${asked}\n\n<file>\n${before}${place}${after}\n</file>`;
}

/**
 * The longest run of complete lines of `text` with at most `tokens` tokens, at its start or end; part of the nearest line
 * if not even that fits.
 * @param loses the side that is trimmed
 */
export function cut(text: string, tokens: number, count: (text: string) => number, loses: 'start' | 'end'): string {
  if (tokens <= 0 || text === '') return '';
  // Upper bound of characters per token, to limit counting.
  const mostCharacters = tokens * 16;
  const near = loses === 'start' ? text.slice(-mostCharacters) : text.slice(0, mostCharacters);
  if (near.length === text.length && count(text) <= tokens) return text;
  const fitting = (parts: readonly string[]): string => {
    const take = (many: number): string => (loses === 'start' ? parts.slice(parts.length - many) : parts.slice(0, many)).join('');
    return take(most(parts.length, (many) => count(take(many)) <= tokens));
  };
  const whole = fitting(near.split(/(?<=\n)/));
  return whole.trim() === '' ? fitting([...near]) : whole;
}

/** Binary search for the largest number up to `limit` that fits. */
function most(limit: number, fits: (many: number) => boolean): number {
  let low = 0;
  let high = limit;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
