// Creates an element with its properties and what it holds.

export function create<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]>,
  ...content: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...content);
  return element;
}

/** For the eye alone: what it stands for is also said by a label. */
export function icon(name: string): HTMLElement {
  return create('span', { className: `codicon codicon-${name}`, ariaHidden: 'true' });
}
