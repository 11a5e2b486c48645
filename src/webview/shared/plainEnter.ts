// Whether a key press is the Enter that sends.
export function plainEnter(event: KeyboardEvent): boolean {
  // While an input method composes, Enter chooses a candidate; 229 is how some of them report it.
  return event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
}
