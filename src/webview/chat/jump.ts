// The button that takes the reader back to the end of the conversation.
import { create, icon } from '../shared/create.ts';
import type { PageStrings } from '../../core/chat/page/pageStrings.ts';

export function jumpButton(strings: PageStrings, jump: () => void): HTMLButtonElement {
  const properties = { type: 'button', className: 'jump', hidden: true, onclick: jump } as const;
  return create('button', properties, icon('arrow-down'), strings.jumpToLatest);
}
