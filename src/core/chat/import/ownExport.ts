/** Our own JSON export as a conversation again. It is written as a journal, whose reader checks every value, and read back. */
import * as v from 'valibot';
import { fromBase64 } from '../../provider/parts.ts';
import { type Answer, endReasons, type Entry, nothingWritten, type Picture, type Question, type SettledAnswer } from '../entries.ts';
import { ofExactJson } from '../journal/exactJson.ts';
import { keptPicture, linePiecesOf } from '../journal/journal.ts';
import { savedIn } from '../journal/replay.ts';
import type { Saved } from '../saved.ts';
import { Skipped } from './imported.ts';

const question = v.looseObject({
  role: v.literal('user'),
  id: v.string(),
  parent: v.optional(v.string()),
  askedAt: v.string(),
  text: v.string(),
  attachments: v.array(v.looseObject({ name: v.string(), language: v.string(), text: v.string() })),
  pictures: v.optional(v.array(v.unknown()), []),
  cut: v.optional(v.looseObject({ upTo: v.string() })),
});
const part = v.union([
  v.looseObject({ type: v.picklist(['text', 'reasoning']), text: v.string() }),
  v.looseObject({ type: v.literal('tool-call'), id: v.string(), name: v.string(), arguments: v.string() }),
]);
const answer = v.looseObject({
  role: v.literal('assistant'),
  id: v.string(),
  parent: v.string(),
  model: v.string(),
  askedAt: v.optional(v.string()),
  text: v.string(),
  reasoning: v.string(),
  reason: v.optional(v.picklist(endReasons)),
  seams: v.optional(v.array(v.looseObject({ at: v.number() })), []),
  citations: v.optional(v.array(v.looseObject({ url: v.string() })), []),
  /** Those of another kind cannot be given back to the model; its text is, in their place. */
  parts: v.fallback(v.optional(v.array(part)), undefined),
});
const ownExport = v.looseObject({
  format: v.literal('rivulet-conversation'),
  version: v.picklist([1, 2]),
  title: v.string(),
  shown: v.array(v.string()),
  parameters: v.optional(v.record(v.string(), v.unknown())),
  entries: v.array(v.variant('role', [question, answer])),
});

export interface OwnImport {
  readonly saved: Saved;
  /** The bytes of its pictures, by file. */
  readonly pictures: ReadonlyMap<string, Uint8Array>;
  readonly skipped: ReadonlyMap<string, number>;
}

/** Undefined for something else. All ids are new. */
export function fromOwnExport(file: unknown, newId: () => string): OwnImport | undefined {
  const parsed = v.safeParse(ownExport, ofExactJson(file));
  if (!parsed.success) return undefined;
  const { title, shown, entries, parameters } = parsed.output;
  const ids = new Map(entries.map(({ id }) => [id, newId()]));
  const newIdOf = (id: string): string => ids.get(id) ?? id;
  const skipped = new Skipped();
  const pictures = new Map<string, Uint8Array>();

  const questionOf = ({ pictures: shownPictures, cut, attachments, parent, ...asked }: v.InferOutput<typeof question>): unknown => {
    const kept: Picture[] = [];
    let text = asked.text;
    for (const one of shownPictures) {
      const { data, ...facts } = (one ?? {}) as Readonly<Record<string, unknown>>;
      const bytes = typeof data === 'string' ? fromBase64(data) : undefined;
      const known = v.safeParse(keptPicture, facts);
      const mark = bytes === undefined || !known.success ? skipped.add('image') : '';
      if (known.success) kept.push(known.output);
      else text = [text, mark].filter((words) => words !== '').join('\n\n');
      if (known.success && bytes !== undefined) pictures.set(known.output.file, bytes);
    }
    return {
      ...asked,
      text,
      id: newIdOf(asked.id),
      parent: parent === undefined ? undefined : newIdOf(parent),
      askedAt: timeOf(asked.askedAt) ?? 0,
      attachments: attachments.map((each) => ({ tokens: Math.ceil(each.text.length / 4), ...each, id: newId() })),
      compared: asked['compared'] === true,
      ...(kept.length === 0 ? {} : { pictures: kept }),
      ...(cut === undefined || !ids.has(cut.upTo) ? {} : { cut: { ...cut, upTo: newIdOf(cut.upTo) } }),
    } satisfies Partial<Question>;
  };
  const answerOf = ({ role, id, parent, model, askedAt, ...said }: v.InferOutput<typeof answer>): unknown => {
    const at = askedAt === undefined ? undefined : timeOf(askedAt);
    const state = {
      usage: { prompt: 0, completion: 0, total: 0, estimated: true, attempts: 0 },
      timing: { totalMs: 0, waitsMs: 0 },
      ...said,
      type: 'settled',
      // One that was still streaming has no reason.
      ...(said.reason === undefined ? { reason: 'truncated', interrupted: true } : {}),
    } as unknown as SettledAnswer;
    return {
      role,
      id: newIdOf(id),
      parent: newIdOf(parent),
      model,
      ...(at === undefined ? {} : { askedAt: at }),
      ...(said['parameters'] === undefined ? {} : { parameters: said['parameters'] }),
      previous: nothingWritten,
      state,
    } satisfies Partial<Record<keyof Answer, unknown>>;
  };
  const unchecked = {
    id: newId(),
    title: title.trim(),
    entries: entries.map((entry) => (entry.role === 'user' ? questionOf(entry) : answerOf(entry)) as Entry),
    chosen: shown.map(newIdOf),
    queue: [],
    ...(parameters === undefined ? {} : { parameters }),
  };
  const saved = savedIn(linePiecesOf(unchecked));
  return saved === undefined ? undefined : { saved, pictures, skipped: skipped.counts };
}

function timeOf(text: string): number | undefined {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
