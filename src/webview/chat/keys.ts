// The keys of the page: VS Code does not know when the keyboard is inside a webview, so no key binding of its own applies here.

export type PageKey = 'find' | 'next' | 'previous';

export function pageKey(event: KeyboardEvent): PageKey | undefined {
  if ((!event.ctrlKey && !event.metaKey) || event.shiftKey || event.isComposing) return undefined;
  // By its place on the keyboard too: other alphabets have other letters on this key.
  if (!event.altKey) return event.key.toLowerCase() === 'f' || event.code === 'KeyF' ? 'find' : undefined;
  return event.key === 'ArrowDown' ? 'next' : event.key === 'ArrowUp' ? 'previous' : undefined;
}
