// Extracts the plain text of an answer: the words shown, without Markdown marks and our own buttons.

export function plainTextOf(element: HTMLElement): string {
  const copy = element.cloneNode(true) as HTMLElement;
  for (const part of copy.querySelectorAll('.code-bar, .seam, .joint')) part.remove();
  // A formula is read as it was written; its drawing is a stack of letters.
  for (const formula of copy.querySelectorAll('math'))
    formula.replaceWith(formula.querySelector('annotation')?.textContent ?? formula.textContent ?? '');
  // Only what is laid out has lines.
  copy.className = 'body plain-text';
  document.body.append(copy);
  const text = copy.innerText.trim();
  copy.remove();
  return text;
}
