/** The setting `rivulet.triggers`. */
import * as v from 'valibot';
import type { Trigger } from '../../api.ts';
import { triggerProblem } from '../inspect/triggers.ts';
import { isFields } from '../provider/reading/json.ts';
import * as is from './fields.ts';
import { itemsOf, readFields, type SettingProblem } from './fields.ts';

const action: is.Field<NonNullable<Trigger['action']>> = {
  schema: v.union([v.picklist(['event', 'stop']), v.object({ command: v.string(), args: v.exactOptional(v.array(v.unknown())) })]),
  expected: { type: 'choice', choices: ['event', 'stop', '{ "command": … }'] },
};

const triggerFields = {
  name: is.text,
  on: is.choice('text', 'regex', 'fence-open', 'fence-close', 'sentence-end'),
  match: is.text,
  action,
};

export function readTriggers(value: unknown, problems: SettingProblem[]): Trigger[] {
  const setting = 'triggers';
  const triggers: Trigger[] = [];
  for (const [index, entry] of itemsOf(setting, value, problems).entries()) {
    const read = readTrigger(entry);
    if ('expected' in read) {
      const named = isFields(entry) && typeof entry['name'] === 'string' && entry['name'] !== '' ? entry['name'] : index + 1;
      problems.push({ setting, entry: named, ...read, instead: 'nothing' });
    } else triggers.push(read);
  }
  return triggers;
}

function readTrigger(entry: unknown): Trigger | Pick<SettingProblem, 'field' | 'expected'> {
  if (!isFields(entry)) return { expected: { type: 'object' } };
  let problem: Pick<SettingProblem, 'field' | 'expected'> | undefined;
  const read = readFields(triggerFields, entry, (field, expected) => (problem ??= { field, expected }));
  if (problem !== undefined) return problem;
  const { name, on, match } = read;
  if (name === undefined || name === '') return { field: 'name', expected: { type: 'text' } };
  if (on === undefined) return { field: 'on', expected: triggerFields.on.expected };
  if ((on === 'text' || on === 'regex') && (match === undefined || match === '')) return { field: 'match', expected: { type: 'text' } };
  const trigger = { ...read, name, on };
  const detail = triggerProblem(trigger);
  return detail === undefined ? trigger : { field: 'match', expected: { type: 'pattern', detail } };
}
