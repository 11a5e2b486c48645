/** Converts the attachments of a question for `@rivulet` in VS Code's Chat: files, selections, pictures, and texts. */
import * as vscode from 'vscode';
import type { Content, Part } from '../../api.ts';
import type { Attachment } from '../../core/chat/entries.ts';
import { contentOf } from '../../core/chat/prompt.ts';
import { pictureKind } from '../../core/chat/pictures/pictureKind.ts';

/** Reads a file as the panel does. */
export type ReadFile = (
  uri: vscode.Uri,
) => Promise<
  | { readonly attachment: Attachment }
  | { readonly picture: { readonly name: string; readonly bytes: Uint8Array } }
  | { readonly problem: string }
>;

type Asked = Pick<vscode.ChatRequest, 'prompt' | 'references'>;

/** @param tell called with a sentence for each reference that cannot be sent */
export async function contentOfRequest(
  { prompt, references }: Asked,
  readFile: ReadFile,
  tell: (problem: string) => void,
): Promise<Content> {
  const attachments: Attachment[] = [];
  const pictures: Part[] = [];
  for (const { id, value } of references) {
    const read = await readReference(id, value, readFile);
    if ('attachment' in read) attachments.push(read.attachment);
    else if ('problem' in read) tell(read.problem);
    else {
      const kind = pictureKind(read.picture.bytes);
      if (kind === undefined) tell(cannotAttach(read.picture.name));
      else pictures.push({ type: 'image', mime: kind.mime, data: read.picture.bytes });
    }
  }
  const text = contentOf({ text: prompt, attachments });
  return pictures.length === 0 ? text : [...pictures, { type: 'text', text }];
}

async function readReference(id: string, value: unknown, readFile: ReadFile): ReturnType<ReadFile> {
  if (value instanceof vscode.Uri) return readFile(value);
  if (value instanceof vscode.Location) {
    const read = await readFile(value.uri);
    return 'attachment' in read ? { attachment: await lines(read.attachment, value) } : read;
  }
  if (typeof value === 'string') return { attachment: { id, name: id, language: '', text: value, tokens: 0 } };
  if (isBinary(value)) return { picture: { name: id, bytes: await value.data() } };
  return { problem: cannotAttach(id) };
}

async function lines({ name, ...attachment }: Attachment, { uri, range }: vscode.Location): Promise<Attachment> {
  const document = await vscode.workspace.openTextDocument(uri);
  return { ...attachment, name: `${name}:${range.start.line + 1}-${range.end.line + 1}`, text: document.getText(range) };
}

/** VS Code's `ChatReferenceBinaryData`, which the public types lack. */
function isBinary(value: unknown): value is { data(): Promise<Uint8Array> } {
  return typeof value === 'object' && value !== null && 'data' in value && typeof value.data === 'function';
}

function cannotAttach(name: string): string {
  return vscode.l10n.t('"{0}" can\'t be attached.', name);
}
