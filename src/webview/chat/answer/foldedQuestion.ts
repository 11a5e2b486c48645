// Folds a long question to its first lines, with a button that shows the rest.
import { create } from '../../shared/create.ts';
import type { PageStrings } from '../../../core/chat/page/pageStrings.ts';

/** Longer questions are folded to this many lines. */
const LONGEST = { lines: 14, characters: 1500 };

/** The button, or nothing for a short question. */
export function foldQuestion(body: HTMLElement, text: string, { showAll, showLess }: PageStrings): readonly HTMLElement[] {
  if (text.length <= LONGEST.characters && text.split('\n', LONGEST.lines + 1).length <= LONGEST.lines) return [];
  const button = create('button', { type: 'button', className: 'fold' });
  const show = (): void => {
    const folded = body.classList.contains('folded');
    button.textContent = folded ? showAll : showLess;
    button.setAttribute('aria-expanded', String(!folded));
  };
  body.classList.add('folded');
  button.addEventListener('click', () => body.classList.toggle('folded'));
  // Find unfolds it too.
  new MutationObserver(show).observe(body, { attributeFilter: ['class'] });
  show();
  return [button];
}
