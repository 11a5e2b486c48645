/** A conversation as a document for others: Markdown to read, JSON to work with. */
import type { Citation, Part } from '../../../api.ts';
import { base64, dataUrl } from '../../provider/parts.ts';
import type { Conversation } from '../conversation.ts';
import { someParameters } from '../saved.ts';
import { type Answer, type AnswerText, type Entry, written } from '../entries.ts';
import { toExactJson } from '../journal/exactJson.ts';
import { closedMarkdown, plainMarkdown, typedMarkdown } from './closedMarkdown.ts';
import { fenceAround } from '../prompt.ts';
import { OwnLabels } from './ownLabels.ts';

export interface ExportWords {
  readonly you: string;
  readonly untitled: string;
  readonly reasoning: string;
  /** Reasoning of an attempt that broke off. */
  readonly lostAttempt: string;
  /** Above the list of what an answer refers to. */
  readonly sources: string;
  /** How people call a model. */
  readonly label: (model: string) => string;
  /** What happened to an answer that did not end well; undefined for one that did. */
  readonly ending: (answer: Answer) => string | undefined;
}

export type Exported = Pick<Conversation, 'id' | 'title' | 'thread' | 'entries' | 'parameters'>;

/** The bytes of pictures, by file. */
export type Pictures = ReadonlyMap<string, Uint8Array>;

/** The thread that is shown, oldest first, an entry at a time. Addresses of pictures are at the end, where they leave the text readable. */
export function* markdownPieces(conversation: Exported, words: ExportWords, pictures: Pictures): Generator<string> {
  const title = conversation.title === '' ? words.untitled : conversation.title;
  yield `# ${plainMarkdown(title)}`;
  const labels = new OwnLabels(textsOf(conversation.thread));
  for (const entry of conversation.thread) yield `\n\n${section(entry, words, pictures, labels)}`;
  for (const address of addresses(conversation.thread, pictures)) yield `\n\n${address}`;
  yield '\n';
}

/** Everything, older versions too, an entry at a time: `parent` says what follows what, `shown` is the thread. */
export function* jsonPieces(conversation: Exported, pictures: Pictures): Generator<string> {
  const { id, title, thread, entries } = conversation;
  const shown = thread.map((entry) => entry.id);
  const head = { format: 'rivulet-conversation', version: 2, id, title, shown, ...someParameters(conversation.parameters) };
  yield `${JSON.stringify(toExactJson(head), undefined, 2).slice(0, -2)},\n  "entries": [`;
  for (const [index, entry] of entries.entries()) {
    const lines = JSON.stringify(toExactJson(plain(entry, pictures)), undefined, 2);
    yield `${index === 0 ? '' : ','}\n    ${lines.replaceAll('\n', '\n    ')}`;
  }
  yield `${entries.length === 0 ? '' : '\n  '}]\n}\n`;
}

/** Each section closes what it opened: the next one begins with a heading of the document. */
function section(entry: Entry, words: ExportWords, loaded: Pictures, labels: OwnLabels): string {
  if (entry.role === 'user') {
    const files = entry.attachments.map(({ name, language, text }) => {
      const fence = fenceAround(text);
      return `<details><summary>${escaped(name)}</summary>\n\n${fence}${language}\n${text}\n${fence}\n\n</details>`;
    });
    const pictures = (entry.pictures ?? []).map(({ mime, file, name }) =>
      loaded.has(file) ? `![${plainMarkdown(name)}][${file}]` : plainMarkdown(`[${mime}: ${name}]`),
    );
    return [`## ${plainMarkdown(words.you)}`, typedMarkdown(labels.own(entry.text)), ...files, ...pictures].join('\n\n');
  }
  const { text, citations } = written(entry);
  const parts = entry.state.type === 'settled' ? (entry.state.parts ?? []) : [];
  const ending = words.ending(entry);
  const sections = [
    `## ${plainMarkdown(words.label(entry.model))}`,
    ...thoughts(written(entry)).map((thought) => folded(thought.isLost ? words.lostAttempt : words.reasoning, labels.own(thought.text))),
    closedMarkdown(labels.own(text)),
    ...parts.flatMap(call),
  ];
  const sources = citations.length === 0 ? [] : [`${plainMarkdown(words.sources)}\n\n${citations.map(source).join('\n')}`];
  return [...sections, ...sources, ...(ending === undefined ? [] : [`> ${plainMarkdown(ending)}`])].join('\n\n');
}

interface Thought {
  readonly text: string;
  /** It led to nothing. */
  readonly isLost: boolean;
}

/** Each attempt by itself: what led to nothing is not read together with what led to the answer. */
function thoughts({ reasoning, seams }: AnswerText): readonly Thought[] {
  const attempts: Thought[] = [];
  let attempt = '';
  let from = 0;
  for (const { at, anew } of seams.filter(({ part }) => part === 'reasoning')) {
    attempt += reasoning.slice(from, at);
    from = at;
    if (anew === undefined) attempt += '\n\n';
    else {
      attempts.push({ text: attempt, isLost: true });
      attempt = '';
    }
  }
  attempt += reasoning.slice(from);
  return attempt === '' ? attempts : [...attempts, { text: attempt, isLost: false }];
}

function* textsOf(thread: readonly Entry[]): Generator<string> {
  for (const entry of thread) {
    if (entry.role === 'user') yield entry.text;
    else yield* [...thoughts(written(entry)).map((thought) => thought.text), written(entry).text];
  }
}

function folded(summary: string, text: string): string {
  return `<details><summary>${escaped(summary)}</summary>\n\n${closedMarkdown(text)}\n\n</details>`;
}

function addresses(thread: readonly Entry[], loaded: Pictures): readonly string[] {
  const shown = thread.flatMap((entry) => (entry.role === 'user' ? (entry.pictures ?? []) : []));
  return [...new Map(shown.map(({ file, mime }) => [file, mime]))].flatMap(([file, mime]) => {
    const data = loaded.get(file);
    return data === undefined ? [] : [`[${file}]: ${dataUrl({ type: 'image', mime, data })}`];
  });
}

function call(part: Part): readonly string[] {
  if (part.type !== 'tool-call') return [];
  const fence = fenceAround(part.arguments);
  return [`**${plainMarkdown(part.name)}**\n\n${fence}json\n${part.arguments}\n${fence}`];
}

/** A link only to the web: a server may name anything. */
function source({ url, title }: Citation): string {
  const name = plainMarkdown(title === undefined || title.trim() === '' ? url : title);
  return /^https?:\/\//i.test(url) ? `- [${name}](<${url.replace(/[<>\\\s]/g, encodeURIComponent)}>)` : `- ${name}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

function plain(entry: Entry, loaded: Pictures): object {
  if (entry.role === 'user') {
    const { role, id, parent, askedAt, text, attachments, parameters, cut, compared } = entry;
    const pictures = entry.pictures?.map((picture) => {
      const data = loaded.get(picture.file);
      return data === undefined ? picture : { ...picture, data: base64(data) };
    });
    return {
      role,
      id,
      parent,
      askedAt: new Date(askedAt).toISOString(),
      text,
      attachments,
      pictures,
      parameters,
      cut,
      ...(compared ? { compared } : {}),
    };
  }
  const { role, id, parent, model, askedAt, parameters, state } = entry;
  const asked = { role, id, parent, model, ...(askedAt === undefined ? {} : { askedAt: new Date(askedAt).toISOString() }), parameters };
  if (state.type !== 'settled') return { ...asked, state: 'streaming', ...written(entry) };
  const { type: _, ...ending } = state;
  return { ...asked, state: 'ended', ...ending };
}
