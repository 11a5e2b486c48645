// The page's own keys: VS Code cannot tell that the focus is inside a webview, so none of its key bindings applies.

export type PageKey = 'find' | 'next' | 'previous';

export function pageKey(event: KeyboardEvent): PageKey | undefined {
  if ((!event.ctrlKey && !event.metaKey) || event.shiftKey || event.isComposing) return undefined;
  // Also by `code`, for keyboard layouts with other alphabets.
  if (!event.altKey) return event.key.toLowerCase() === 'f' || event.code === 'KeyF' ? 'find' : undefined;
  return event.key === 'ArrowDown' ? 'next' : event.key === 'ArrowUp' ? 'previous' : undefined;
}
