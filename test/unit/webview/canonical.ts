// Writes a DOM down so that two renderers can be compared: the elements of markdown with their text, nothing else.

const BLOCKS = new Set([
  'P',
  'UL',
  'OL',
  'LI',
  'BLOCKQUOTE',
  'PRE',
  'TABLE',
  'TR',
  'TD',
  'TH',
  'HR',
  'H1',
  'H2',
  'H3',
  'H4',
  'H5',
  'H6',
  'DIV',
]);

export function canonical(root: Element): string {
  return children(root)
    .replace(/\s*\n\s*/g, '\n')
    .replace(/<br>\s+/g, '<br>')
    .trim();
}

function children(node: Node): string {
  return [...node.childNodes].map(write).join('');
}

function write(node: Node): string {
  if (node instanceof Text) return betweenBlocks(node) ? '' : node.data.replace(/\s+/g, ' ');
  if (!(node instanceof Element)) return '';
  const { classList } = node;
  if (classList.contains('code-bar') || (node.tagName === 'THEAD' && node.childElementCount === 0)) return '';
  if (node.tagName === 'PRE') return `\n<pre>${JSON.stringify((node.textContent ?? '').replace(/\n$/, ''))}</pre>\n`;
  if (node.tagName === 'A') return `<a ${address(node)}>${node.classList.contains('image') ? '' : children(node)}</a>`;
  if (node.tagName === 'IMG') return `<a ${address(node)}></a>`;
  if (classList.contains('math')) return '<math>';
  if (node instanceof HTMLInputElement) return `${node.getAttribute('aria-label')} `;
  if (node.tagName === 'BR') return '<br>';
  if (node.tagName === 'CODE') return `<code>${node.textContent}</code>`;
  if (node.tagName === 'P' && (node.parentElement?.parentElement?.classList.contains('tight') || classList.contains('part')))
    return `${children(node).trim()}\n`;
  if (['EM', 'STRONG', 'S', 'DEL'].includes(node.tagName)) return `<${node.tagName}>${children(node)}</${node.tagName}>`;
  if (!BLOCKS.has(node.tagName) || node.tagName === 'DIV') return children(node);
  if (classList.contains('continued') || (node.tagName === 'TABLE' && node.parentElement!.classList.contains('section')))
    return children(node);
  const start = node instanceof HTMLOListElement && node.start !== 1 ? ` start=${node.start}` : '';
  const align = node instanceof HTMLTableCellElement ? ` ${node.style.textAlign}` : '';
  return `\n<${node.tagName}${start}${align}>${children(node).trim()}\n`;
}

function address(node: Element): string {
  if (node.hasAttribute('data-href') || !(node.hasAttribute('href') || node.hasAttribute('src')))
    return JSON.stringify(node.getAttribute('title'));
  const href = node.getAttribute('href') ?? node.getAttribute('src') ?? '';
  const title = node.getAttribute('title');
  return JSON.stringify(title ? `${title}\n${href}` : href);
}

function betweenBlocks(text: Text): boolean {
  if (text.data.trim() !== '') return false;
  return (
    [text.previousSibling, text.nextSibling].some((node) => node instanceof Element && BLOCKS.has(node.tagName)) ||
    text.parentElement?.tagName === 'UL'
  );
}
