// Reveals a match: opens folded parts, switches tabs, and scrolls in both directions.

/** Space kept between a match and the edge of its code block. */
const MARGIN_PX = 24;

/** `gone`: the text of the match has been drawn again since it was found. */
export function reveal({ startContainer, startOffset, endContainer, endOffset }: StaticRange): 'revealed' | 'gone' {
  const element = startContainer.parentElement;
  if (element === null || !isThere(startContainer, startOffset) || !isThere(endContainer, endOffset)) return 'gone';
  for (let folded = element.closest('details'); folded !== null; folded = folded.parentElement?.closest('details') ?? null)
    folded.open = true;
  element.closest('.folded')?.classList.remove('folded');
  const answer = element.closest('.behind');
  if (answer !== null) document.querySelector<HTMLElement>(`[role=tab][aria-controls="${CSS.escape(answer.id)}"]`)?.click();
  // Scrolls near it first, because far content has no layout.
  element.scrollIntoView({ block: 'center', inline: 'nearest' });
  const live = document.createRange();
  live.setStart(startContainer, startOffset);
  live.setEnd(endContainer, endOffset);
  const scroller = element.closest('.transcript')!;
  const place = live.getBoundingClientRect();
  const view = scroller.getBoundingClientRect();
  if (place.top < view.top || place.bottom > view.bottom) scroller.scrollTop += place.top - view.top - view.height / 2;
  scrollSideways(element, live);
  return 'revealed';
}

function isThere(node: Node, offset: number): boolean {
  return node.isConnected && offset <= (node as Text).length;
}

function scrollSideways(element: Element, range: Range): void {
  const wide = element.closest('pre, .table, .math');
  if (wide === null || wide.scrollWidth <= wide.clientWidth) return;
  const place = range.getBoundingClientRect();
  const view = wide.getBoundingClientRect();
  if (place.left < view.left) wide.scrollLeft += place.left - view.left - MARGIN_PX;
  else if (place.right > view.right) wide.scrollLeft += place.right - view.right + MARGIN_PX;
}
