/** The setting `rivulet.prices`. */
import type { Price, Prices } from '../usage/prices.ts';
import { isFields } from '../provider/reading/json.ts';
import * as is from './fields.ts';
import { entriesOf, type Expected, readFields, type SettingProblem } from './fields.ts';

const priceFields = { currency: is.currency, in: is.number(0), out: is.number(0), cached: is.number(0) };

export function readPrices(value: unknown, problems: SettingProblem[]): Prices {
  const setting = 'prices';
  const prices: Record<string, Price> = {};
  for (const [model, entry] of entriesOf(setting, value, problems)) {
    const say = (expected: Expected, field?: string): void =>
      void problems.push({ setting, entry: model, ...(field === undefined ? {} : { field }), expected, instead: 'nothing' });
    if (!isFields(entry)) {
      say({ type: 'object' });
      continue;
    }
    let wrong = false;
    const read = readFields(priceFields, entry, (field, expected) => {
      wrong = true;
      say(expected, field);
    });
    // One wrong field makes the entry unusable: a price in an unknown currency would be shown in the wrong one.
    if (wrong) continue;
    const { in: input, out } = read;
    if (input !== undefined && out !== undefined) prices[model] = { ...read, in: input, out };
    else say(priceFields.in.expected, input === undefined ? 'in' : 'out');
  }
  return prices;
}
