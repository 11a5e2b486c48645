// The button that takes the reader back to the end of the conversation.
import type { PageStrings } from '../../core/chat/page/pageStrings.ts';

export function jumpButton(strings: PageStrings, jump: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'jump';
  button.hidden = true;
  const icon = document.createElement('span');
  icon.className = 'codicon codicon-arrow-down';
  icon.setAttribute('aria-hidden', 'true');
  button.append(icon, strings.jumpToLatest);
  button.addEventListener('click', jump);
  return button;
}
