/** The setting `rivulet.prices`. */
import type { Price, Prices } from '../usage/prices.ts';
import { isFields } from '../provider/reading/json.ts';
import * as is from './fields.ts';
import { readEntries, readTogether, type SettingProblem } from './fields.ts';

const priceFields = { currency: is.currency, in: is.number(0), out: is.number(0), cached: is.number(0) };

export function readPrices(value: unknown, problems: SettingProblem[]): Prices {
  return readEntries('prices', value, problems, (entry, say): Price | undefined => {
    // One wrong field makes the entry unusable: a price in an unknown currency would be shown in the wrong one.
    const read = isFields(entry) ? readTogether(priceFields, entry, say) : say({ type: 'object' });
    if (read === undefined) return undefined;
    const { in: input, out } = read;
    if (input !== undefined && out !== undefined) return { ...read, in: input, out };
    return say(priceFields.in.expected, input === undefined ? 'in' : 'out');
  });
}
