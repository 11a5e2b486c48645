// Extracts the plain text of an answer: the words shown, without Markdown marks and our own buttons.

export function plainTextOf(element: HTMLElement): string {
  const copy = element.cloneNode(true) as HTMLElement;
  for (const part of copy.querySelectorAll('.code-bar, .seam, .joint')) part.remove();
  // Formulas are copied as source; their rendered text is unreadable.
  for (const formula of copy.querySelectorAll('math'))
    formula.replaceWith(formula.querySelector('annotation')?.textContent ?? formula.textContent ?? '');
  // `innerText` has line breaks only for elements that are laid out.
  copy.className = 'body plain-text';
  document.body.append(copy);
  const text = copy.innerText.trim();
  copy.remove();
  return text;
}
