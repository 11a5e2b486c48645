// Handles drop and paste: workspace files by address, external files by bytes, links and text as text.
import type { FromPage } from '../../../core/chat/page/protocol.ts';

export interface DropPorts {
  readonly post: (message: FromPage) => void;
  /** Inserts text at the caret. */
  readonly insert: (text: string) => void;
  /** Takes a file from outside the window. */
  readonly file: (file: File) => void;
}

export function takeDrops(element: HTMLElement, { post, insert, file }: DropPorts): void {
  const dropping = (on: boolean): void => void element.classList.toggle('dropping', on);
  element.addEventListener('dragover', (event) => {
    // A text box handles dropped text itself, and shows where it will go.
    if (isTextBox(event.target) && !bringsFiles(event.dataTransfer)) return dropping(false);
    event.preventDefault();
    dropping(true);
  });
  for (const over of ['dragleave', 'drop', 'dragend']) element.addEventListener(over, () => dropping(false));
  element.addEventListener('drop', (event) => {
    const data = event.dataTransfer;
    if (data === null) return event.preventDefault();
    // VS Code names what it drags by its own type; others by the one of RFC 2483, where a line with # is a comment.
    const list = data.getData('application/vnd.code.uri-list') || data.getData('text/uri-list');
    const addresses = list.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
    const links = addresses.filter(isLink);
    const targets = addresses.filter((address) => !isLink(address));
    if (addresses.length === 0 && data.files.length === 0 && isTextBox(event.target)) return;
    event.preventDefault();
    for (const target of targets) post({ type: 'attach', target });
    if (links.length > 0) insert(links.join('\n'));
    else if (targets.length > 0) return;
    else if (data.files.length > 0) for (const dropped of data.files) file(dropped);
    else insert(data.getData('text/plain'));
  });
}

/** The files that a paste brings. Programs that copy a table or a text often put a picture of it beside the text. */
export function pastedFiles(data: DataTransfer | null): readonly File[] {
  return data === null || data.getData('text/plain') !== '' ? [] : [...data.files];
}

/** Something to read, not a file: it is never fetched. */
function isLink(address: string): boolean {
  return /^(https?|ftp|mailto):/i.test(address);
}

function isTextBox(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement;
}

function bringsFiles(data: DataTransfer | null): boolean {
  return data?.types.some((type) => type === 'Files' || type.endsWith('uri-list')) ?? false;
}
