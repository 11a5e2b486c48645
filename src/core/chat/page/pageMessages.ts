/** Messages of the page, checked: a page is a document in a browser, and what it sends is not taken on trust. */
import * as v from 'valibot';
import { thumbnailAddress } from '../pictures/pictureKind.ts';
import type { FromPage } from './protocol.ts';

const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const pixels = v.pipe(v.number(), v.integer(), v.minValue(1));

const schema = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('drawn'), frame: count }),
  v.object({ type: v.literal('lost'), message: text, part: v.picklist(['text', 'reasoning']), have: count }),
  v.object({ type: v.literal('send'), text, how: v.exactOptional(v.picklist(['wait', 'interrupt', 'aside'])) }),
  v.object({ type: v.literal('moveQueued'), message: text, step: v.picklist([-1, 1]) }),
  v.object({ type: v.literal('draft'), draft: v.object({ text, caret: count }) }),
  v.object({ type: v.literal('stop'), message: text }),
  v.object({
    type: v.literal('action'),
    message: text,
    command: v.picklist([
      'setApiKey',
      'selectModel',
      'editEndpoint',
      'openProxySettings',
      'useFoundApi',
      'showLog',
      'resume',
      'regenerate',
      'stop',
      'sendNow',
      'unqueue',
      'undoCut',
      'redoCut',
      'editSummary',
    ]),
  }),
  v.object({ type: v.literal('regenerate'), message: text }),
  v.object({ type: v.literal('copy'), text }),
  v.object({ type: v.literal('insert'), message: text }),
  v.object({
    type: v.literal('code'),
    use: v.picklist(['copy', 'insert', 'newFile', 'apply', 'diagram']),
    language: text,
    code: text,
  }),
  v.object({ type: v.literal('open'), href: text }),
  v.object({ type: v.literal('findFiles'), request: count, names: v.array(text) }),
  v.object({ type: v.literal('openFile'), name: text }),
  v.object({ type: v.literal('selectModel') }),
  v.object({ type: v.literal('notice'), command: v.picklist(['selectModel', 'removePictures', 'leaveOut', 'keepAll', 'compact']) }),
  v.object({
    type: v.literal('setParameters'),
    parameters: v.object({
      temperature: v.exactOptional(v.pipe(v.number(), v.finite(), v.minValue(0))),
      topP: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
      stop: v.exactOptional(v.array(text)),
      maxTokens: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1))),
      effort: v.exactOptional(text),
      verbosity: v.exactOptional(text),
      body: v.exactOptional(v.record(text, v.unknown())),
    }),
  }),
  v.object({ type: v.literal('newChat') }),
  v.object({ type: v.literal('history') }),
  v.object({ type: v.literal('compare'), text }),
  v.object({ type: v.literal('pick'), message: text }),
  v.object({ type: v.literal('sideBySide') }),
  v.object({ type: v.literal('compareWords'), message: text }),
  v.object({ type: v.literal('edit'), message: text, text }),
  v.object({ type: v.literal('fork'), message: text }),
  v.object({ type: v.literal('version'), message: text, step: v.picklist([-1, 1]) }),
  v.object({ type: v.literal('find'), what: v.picklist(['attachments', 'commands']), request: count, words: text }),
  v.object({ type: v.literal('attach'), target: text }),
  v.object({ type: v.literal('attachBytes'), name: text, bytes: v.instance(Uint8Array) }),
  v.object({
    type: v.literal('attachPicture'),
    name: text,
    mime: v.picklist(['image/png', 'image/jpeg', 'image/gif', 'image/webp']),
    bytes: v.instance(Uint8Array),
    width: pixels,
    height: pixels,
    thumbnail: v.pipe(text, v.regex(thumbnailAddress), v.maxLength(60_000)),
    animated: v.boolean(),
    from: v.exactOptional(v.object({ width: pixels, height: pixels })),
  }),
  v.object({ type: v.literal('refusePicture'), name: text, problem: v.picklist(['kind', 'broken', 'too-large']) }),
  v.object({ type: v.literal('openPicture'), attachment: text, message: v.exactOptional(text) }),
  v.object({ type: v.literal('detach'), attachment: text }),
  v.object({ type: v.literal('connect'), text }),
  v.object({ type: v.literal('addEndpoint') }),
]) satisfies v.GenericSchema<FromPage>;

/** The messages that have a schema. */
export type CheckedMessage = v.InferOutput<typeof schema>['type'];

/** The message, or what is wrong with it, as a sentence for the log. */
export function readPageMessage(message: unknown): FromPage | string {
  const parsed = v.safeParse(schema, message);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const field = v.getDotPath(issue);
  return `A message of the page was ignored: ${field === null ? '' : `"${field}": `}${issue.message}.`;
}
