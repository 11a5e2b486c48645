// Reveals a match: opens folded parts, switches tabs, and scrolls in both directions.

/** Space kept between a match and the edge of its code block. */
const MARGIN_PX = 24;

/** Does nothing if the match is in view, or if its text has been drawn again since it was found. */
export function reveal(match: StaticRange | undefined): void {
  const element = match?.startContainer.parentElement;
  if (match === undefined || !element || !isThere(match.startContainer, match.startOffset) || !isThere(match.endContainer, match.endOffset))
    return;
  for (let folded = element.closest('details'); folded !== null; folded = folded.parentElement?.closest('details') ?? null)
    folded.open = true;
  element.closest('.folded')?.classList.remove('folded');
  const answer = element.closest('.behind');
  if (answer !== null) document.querySelector<HTMLElement>(`[role=tab][aria-controls="${CSS.escape(answer.id)}"]`)?.click();
  const live = document.createRange();
  live.setStart(match.startContainer, match.startOffset);
  live.setEnd(match.endContainer, match.endOffset);
  const scroller = element.closest('.transcript')!;
  if (!isInView(live, scroller)) {
    // Scrolls near it first, because far content has no layout.
    element.scrollIntoView({ block: 'center', inline: 'nearest' });
    const view = scroller.getBoundingClientRect();
    if (!isInView(live, scroller)) scroller.scrollTop += live.getBoundingClientRect().top - view.top - view.height / 2;
  }
  scrollSideways(element, live);
}

/** Find lies over the top of the view. */
function isInView(range: Range, scroller: Element): boolean {
  const { top, bottom, height } = range.getBoundingClientRect();
  return (
    height > 0 &&
    top >= document.querySelector('.find')!.getBoundingClientRect().bottom &&
    bottom <= scroller.getBoundingClientRect().bottom
  );
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
