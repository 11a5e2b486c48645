// Writes down the visible content of an answer: its elements and words, formulas as TeX, hidden characters by their code.

const TRANSPARENT = new Set(['SPAN', 'DIV', 'THEAD', 'TBODY', 'COLGROUP', 'COL']);

export function outline(root: Element): string {
  return [...root.childNodes].map(write).join('').replaceAll('<br>\n', '<br>');
}

function write(node: Node): string {
  if (node instanceof Text) return node.data.replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  if (!(node instanceof Element)) return '';
  const { classList, tagName } = node;
  const tag = tagName.toLowerCase();
  if (classList.contains('code-bar') || node.hasAttribute('hidden')) return '';
  if (classList.contains('codicon')) return `(${[...classList].find((name) => name.startsWith('codicon-'))!.slice(8)})`;
  if (classList.contains('control')) return `[${node.getAttribute('data-code')}]`;
  if (classList.contains('math')) {
    const tex = node.querySelector('annotation')?.textContent ?? `typed ${node.textContent}`;
    return classList.contains('math-block') || node.querySelector('math[display=block]')
      ? `<math block>${tex}</math>`
      : `<math>${tex}</math>`;
  }
  if (tag === 'pre') return `<pre>${outline(node).replace(/\n$/, '')}</pre>`;
  if (tag === 'br') return '<br>';
  if (tag === 'input') return node.getAttribute('aria-label')!;
  if (tag === 'a') return `<a ${node.getAttribute('data-file') ?? node.getAttribute('data-href') ?? '-'}>${outline(node)}</a>`;
  if (tag === 'code' && node.hasAttribute('data-file')) return `<code file>${outline(node)}</code>`;
  if (tag === 'code' && node.parentElement?.tagName === 'PRE') return outline(node);
  if (tag === 'table' || tag === 'tr') return `<${tag}>${outline(node)}`;
  if (classList.contains('alert')) return `<${[...classList].join(' ').replace('alert-', '')}>${outline(node)}</alert>`;
  if (tag === 'details') return `<details${node.hasAttribute('open') ? ' open' : ''}>${outline(node)}</details>`;
  return TRANSPARENT.has(tagName) ? outline(node) : `<${tag}>${outline(node)}</${tag}>`;
}
