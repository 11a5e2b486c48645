// Extracts the plain text of an answer: the words shown, without Markdown marks and our own buttons.
import { create } from '../../shared/create.ts';

/** Stands before and after a block, so that the line ends at its edges are kept, and in place of code. */
const EDGE = '\u0001';
/** In characters. */
const PAUSE_AFTER = 20_000;

/** Reads block by block, since each has to be laid out for it; the page stays usable while a long answer is read. */
export async function plainTextOf(element: HTMLElement): Promise<string> {
  const holder = create('div', { className: 'body plain-text' });
  const pieces: string[] = [];
  let untilPause = PAUSE_AFTER;
  let lineEnds = 0;
  for (const block of element.children) {
    if (untilPause < 0) {
      await new Promise((resolve) => setTimeout(resolve));
      untilPause = PAUSE_AFTER;
    }
    const text = read(block, holder);
    // Between two blocks there are as many line ends as the one that wants more of them has.
    const begins = /^\n*/.exec(text)![0].length;
    pieces.push(text.slice(Math.min(lineEnds, begins)));
    lineEnds = text.length - text.trimEnd().length;
    untilPause -= text.length;
  }
  return pieces.join('').trim();
}

function read(block: Element, holder: HTMLElement): string {
  holder.replaceChildren(edge(), block.cloneNode(true), edge());
  for (const part of holder.querySelectorAll('.code-bar, .seam, .joint')) part.remove();
  // Formulas are copied as source; their rendered text is unreadable.
  for (const formula of holder.querySelectorAll('math'))
    formula.replaceWith(formula.querySelector('annotation')?.textContent ?? formula.textContent ?? '');
  // Code is copied as source and needs no layout.
  const codes = [...holder.querySelectorAll('.code')].map((code) => {
    code.replaceWith(edge());
    return code.textContent.trimEnd();
  });
  // `innerText` has line breaks only for elements that are laid out.
  document.body.append(holder);
  const [, first = '', ...rest] = holder.innerText.split(EDGE);
  holder.remove();
  rest.pop();
  return rest.reduce((text, words) => text + (codes.shift() ?? EDGE) + words, first);
}

function edge(): HTMLElement {
  return create('div', {}, EDGE);
}
