// The visible text of a message, one chunk per block, with the DOM positions of its characters.

export interface Chunk {
  readonly text: string;
  readonly nodes: readonly Text[];
  /** Where the text of each node starts in `text`. */
  readonly starts: readonly number[];
}

/** Inline elements. All others end the chunk, because a match does not cross blocks. */
const INLINE = new Set('A ABBR B BDI CODE DEL EM I INS KBD LABEL MARK Q S SAMP SMALL SPAN STRONG SUB SUP U VAR'.split(' '));
/** Rivulet's own labels, and the source of a formula, which repeats its text. */
const SKIPPED = '.code-bar, .seam, .joint, button, annotation';
/** Nodes between two pauses. */
const NODES_PER_STEP = 1000;

/**
 * Yields each chunk, and `pause` in between so that the caller can do the work in slices. Ends with `redrawn` if the text at a
 * pause was replaced, such as code that gets its colours: the rest is missing then.
 */
export function* chunksOf(root: HTMLElement): Generator<Chunk | 'pause' | 'redrawn'> {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) =>
    node instanceof Element && node.matches(SKIPPED) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  let nodes: Text[] = [];
  let block: Element | undefined;
  for (let seen = 1; walker.nextNode() !== null; seen++) {
    const node = walker.currentNode;
    const own = node instanceof Text ? blockOf(node) : undefined;
    const isBreak = node instanceof HTMLBRElement;
    if ((isBreak || (own !== undefined && own !== block)) && nodes.length > 0) {
      yield chunkOf(nodes);
      nodes = [];
    }
    if (own !== undefined) {
      block = own;
      nodes.push(node as Text);
    }
    if (seen % NODES_PER_STEP === 0) yield 'pause';
  }
  if (!root.contains(walker.currentNode)) yield 'redrawn';
  else if (nodes.length > 0) yield chunkOf(nodes);
}

/** The range of a match, from the node where it starts to the node where it ends. */
export function rangeIn({ nodes, starts }: Chunk, from: number, to: number): StaticRange {
  const first = lastAtMost(starts, from);
  const last = lastAtMost(starts, to - 1);
  return new StaticRange({
    startContainer: nodes[first]!,
    startOffset: from - starts[first]!,
    endContainer: nodes[last]!,
    endOffset: to - starts[last]!,
  });
}

function blockOf(node: Text): Element {
  let element = node.parentElement!;
  while ((INLINE.has(element.tagName) || element.namespaceURI?.endsWith('MathML') === true) && element.parentElement !== null)
    element = element.parentElement;
  return element;
}

function chunkOf(nodes: readonly Text[]): Chunk {
  const starts: number[] = [];
  let length = 0;
  for (const { data } of nodes) {
    starts.push(length);
    length += data.length;
  }
  return { text: nodes.map(({ data }) => data).join(''), nodes, starts };
}

/** Index of the last number that is at most `limit`; the numbers are in ascending order. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (numbers[middle]! <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
