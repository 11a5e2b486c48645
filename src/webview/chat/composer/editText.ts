// Edits a text box so that Undo treats the change like typing.

/** Browsers undo editing commands only, and assigning to `value` clears the undo history. */
export function replaceText(box: HTMLTextAreaElement, start: number, end: number, text: string): void {
  if (start === end && text === '') return;
  // Does not steal the focus from another part of the window.
  if (document.hasFocus()) {
    box.focus({ preventScroll: true });
    box.setSelectionRange(start, end);
    const done = text === '' ? document.execCommand('delete') : document.execCommand('insertText', false, text);
    if (done) return;
  }
  box.setRangeText(text, start, end, 'end');
  box.dispatchEvent(new InputEvent('input'));
}
