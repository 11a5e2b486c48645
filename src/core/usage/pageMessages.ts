/** Messages of the usage page, checked: a page is a document in a browser, and what it sends is not trusted. */
import * as v from 'valibot';

const schema = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({
    type: v.literal('filter'),
    filter: v.object({
      /** Days up to today. */
      days: v.picklist([7, 30, 90, 365]),
      measure: v.picklist(['tokens', 'cost']),
      /** A model's id; empty for all. */
      model: v.string(),
      /** Empty for all. */
      workspace: v.string(),
    }),
  }),
  v.object({ type: v.literal('export'), format: v.picklist(['csv', 'json']) }),
  v.object({ type: v.literal('delete') }),
]);

export type FromUsagePage = v.InferOutput<typeof schema>;

/** Undefined where the message does not fit. */
export function readUsageMessage(message: unknown): FromUsagePage | undefined {
  const parsed = v.safeParse(schema, message);
  return parsed.success ? parsed.output : undefined;
}
