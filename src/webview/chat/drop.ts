// Files dropped onto the page: those of the workspace by their address, those from outside by their text.
import type { FromPage } from '../../core/chat/protocol.ts';

/** More than this is refused by the host anyhow, in a sentence. */
const maxCharacters = 1_000_001;

export function takeDrops(element: HTMLElement, post: (message: FromPage) => void): void {
  element.addEventListener('dragover', (event) => {
    event.preventDefault();
    element.classList.add('dropping');
  });
  for (const over of ['dragleave', 'drop']) element.addEventListener(over, () => element.classList.remove('dropping'));
  element.addEventListener('drop', (event) => {
    event.preventDefault();
    const data = event.dataTransfer;
    if (data === null) return;
    // VS Code names what it drags by its own type; others by the one of RFC 2483, where a line with # is a comment.
    const list = data.getData('application/vnd.code.uri-list') || data.getData('text/uri-list');
    const targets = list.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
    for (const target of targets) post({ type: 'attach', target });
    if (targets.length > 0) return;
    for (const file of data.files) {
      void file
        .slice(0, 4 * maxCharacters)
        .text()
        .then((text) => post({ type: 'attachText', name: file.name, text: text.slice(0, maxCharacters) }));
    }
  });
}
