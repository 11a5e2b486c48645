/** Messages of the page, checked: a page is a document in a browser, and what it sends is not taken on trust. */
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
  /** `how`: what happens while an answer streams; the setting decides when it is left out. */
  v.object({ type: v.literal('send'), text, how: v.exactOptional(v.picklist(['wait', 'interrupt', 'aside'])) }),
  /** A question that waits changes its place: -1 is up. */
  v.object({ type: v.literal('moveQueued'), message: text, step: v.picklist([-1, 1]) }),
  /** What is in the composer now; the host keeps it. */
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
  /** Puts an answer into the editor: the whole of it, also while it still streams. */
  v.object({ type: v.literal('insert'), message: text }),
  /** A code block of an answer; `use` says where it goes. */
  v.object({
    type: v.literal('code'),
    use: v.picklist(['copy', 'insert', 'newFile', 'apply', 'diagram']),
    language: text,
    code: text,
  }),
  /** The host asks VS Code to open it, after checking that it is http, https or mailto. */
  v.object({ type: v.literal('open'), href: text }),
  /** Asks which of these are files of the workspace; a line may follow a name, as in `src/a.ts:12`. */
  v.object({ type: v.literal('findFiles'), request: count, names: v.array(text) }),
  /** Opens such a file at its line; the host looks again whether it is one. */
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
  /** Asks several models the same; which ones, the host asks. */
  v.object({ type: v.literal('compare'), text }),
  v.object({ type: v.literal('pick'), message: text }),
  /** Opens the conversation in an editor tab, where answers to compare have room. */
  v.object({ type: v.literal('sideBySide') }),
  /** Shows which words differ between this answer and another one to the same question. */
  v.object({ type: v.literal('compareWords'), message: text }),
  /** A question in other words. */
  v.object({ type: v.literal('edit'), message: text, text }),
  v.object({ type: v.literal('fork'), message: text }),
  v.object({ type: v.literal('version'), message: text, step: v.picklist([-1, 1]) }),
  /** Looks for what can be attached, or for slash commands; `request` counts up, so that a late answer is known as such. */
  v.object({ type: v.literal('find'), what: v.picklist(['attachments', 'commands']), request: count, words: text }),
  v.object({ type: v.literal('attach'), target: text }),
  /** A file that was dropped from outside the window. */
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
    /** Only its first frame is here. */
    animated: v.boolean(),
    from: v.exactOptional(v.object({ width: pixels, height: pixels })),
  }),
  v.object({ type: v.literal('refusePicture'), name: text, problem: v.picklist(['kind', 'broken', 'too-large']) }),
  /** Shows a picture in its own size; `message` names the question that it belongs to, which the composer has not. */
  v.object({ type: v.literal('openPicture'), attachment: text, message: v.exactOptional(text) }),
  v.object({ type: v.literal('detach'), attachment: text }),
  /** Connects the server that this text speaks of. */
  v.object({ type: v.literal('connect'), text }),
  v.object({ type: v.literal('addEndpoint') }),
]);

type Deep<T> = T extends Uint8Array ? Uint8Array : T extends readonly unknown[] | object ? { readonly [K in keyof T]: Deep<T[K]> } : T;
export type FromPage = Deep<v.InferOutput<typeof schema>>;

/** The message, or what is wrong with it, as a sentence for the log. */
export function readPageMessage(message: unknown): FromPage | string {
  const parsed = v.safeParse(schema, message);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const field = v.getDotPath(issue);
  return `A message of the page was ignored: ${field === null ? '' : `"${field}": `}${issue.message}.`;
}
