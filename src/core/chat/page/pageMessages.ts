/** Messages of the page, checked: a page is a document in a browser, so its messages are not trusted. */
import * as v from 'valibot';
import { thumbnailAddress } from '../pictures/pictureKind.ts';

const text = v.string();
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const pixels = v.pipe(v.number(), v.integer(), v.minValue(1));

const schema = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({ type: v.literal('drawn'), frame: count }),
  /** The page holds `have` characters of this part and was sent text from further on. */
  v.object({ type: v.literal('lost'), message: text, part: v.picklist(['text', 'reasoning']), have: count }),
  /** `how`: what happens while an answer streams. Default: the setting `steering`. */
  v.object({ type: v.literal('send'), text, how: v.exactOptional(v.picklist(['wait', 'interrupt', 'aside'])) }),
  /** Moves a queued question; -1 is up. */
  v.object({ type: v.literal('moveQueued'), message: text, step: v.picklist([-1, 1]) }),
  /** The composer's content, which the host keeps. */
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
      'changeRule',
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
  /** Inserts an answer into the editor, even while it streams. */
  v.object({ type: v.literal('insert'), message: text }),
  /** A code block of an answer; `use` says where it goes. */
  v.object({
    type: v.literal('code'),
    use: v.picklist(['copy', 'insert', 'newFile', 'apply', 'diagram']),
    language: text,
    code: text,
  }),
  /** Opens a link; the host allows http, https and mailto. */
  v.object({ type: v.literal('open'), href: text }),
  /** Asks which names are files of the workspace; a name may end with a line, as in `src/a.ts:12`. */
  v.object({ type: v.literal('findFiles'), request: count, names: v.array(text) }),
  /** Opens a file at its line; the host checks again that it exists. */
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
  /** Asks several models the same question; the host asks which ones. */
  v.object({ type: v.literal('compare'), text }),
  v.object({ type: v.literal('pick'), message: text }),
  /** Opens the conversation in an editor tab, which has room for a comparison. */
  v.object({ type: v.literal('sideBySide') }),
  /** Compares this answer word by word with another answer to the same question. */
  v.object({ type: v.literal('compareWords'), message: text }),
  /** Asks an edited question. */
  v.object({ type: v.literal('edit'), message: text, text }),
  v.object({ type: v.literal('fork'), message: text }),
  v.object({ type: v.literal('version'), message: text, step: v.picklist([-1, 1]) }),
  /** Searches attachments or slash commands; `request` counts up, so that late results can be recognized. */
  v.object({ type: v.literal('find'), what: v.picklist(['attachments', 'commands']), request: count, words: text }),
  v.object({ type: v.literal('attach'), target: text }),
  /** A file dropped from outside the window. */
  v.object({ type: v.literal('attachBytes'), name: text, bytes: v.instance(Uint8Array) }),
  /** A picture, ready to be sent. */
  v.object({
    type: v.literal('attachPicture'),
    name: text,
    mime: v.picklist(['image/png', 'image/jpeg', 'image/gif', 'image/webp']),
    bytes: v.instance(Uint8Array),
    width: pixels,
    height: pixels,
    thumbnail: v.pipe(text, v.regex(thumbnailAddress), v.maxLength(60_000)),
    /** `bytes` holds only the first frame. */
    animated: v.boolean(),
    from: v.exactOptional(v.object({ width: pixels, height: pixels })),
  }),
  v.object({ type: v.literal('refusePicture'), name: text, problem: v.picklist(['kind', 'broken', 'too-large']) }),
  /** Shows a picture at full size; `message` names its question, or is missing for a picture in the composer. */
  v.object({ type: v.literal('openPicture'), attachment: text, message: v.exactOptional(text) }),
  v.object({ type: v.literal('detach'), attachment: text }),
  /** Connects the server described by this text. */
  v.object({ type: v.literal('connect'), text }),
  v.object({ type: v.literal('addEndpoint') }),
]);

type Deep<T> = T extends Uint8Array ? Uint8Array : T extends readonly unknown[] | object ? { readonly [K in keyof T]: Deep<T[K]> } : T;
export type FromPage = Deep<v.InferOutput<typeof schema>>;

/** Returns the message, or a sentence for the log that says what is wrong with it. */
export function readPageMessage(message: unknown): FromPage | string {
  const parsed = v.safeParse(schema, message);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const field = v.getDotPath(issue);
  return `A message of the page was ignored: ${field === null ? '' : `"${field}": `}${issue.message}.`;
}
