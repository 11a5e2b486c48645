// Converts a selected part of an answer back to Markdown.
import { create } from '../../shared/create.ts';
import type TurndownService from 'turndown';

/** Loaded when a selection is first copied or quoted. */
export async function selectedMarkdown(range: Range): Promise<string> {
  const fragment = range.cloneContents();
  const holder = create('div', {}, ...wrapped(range, fragment));
  const { default: Turndown } = await import('turndown');
  return serviceOf(Turndown).turndown(holder).trim();
}

/** A selection inside one code line or list item is cloned without its container, so code is wrapped again. */
function wrapped(range: Range, fragment: DocumentFragment): Node[] {
  const ancestor = range.commonAncestorContainer;
  const element = ancestor instanceof Element ? ancestor : ancestor.parentElement;
  const code = element?.closest<HTMLElement>('.code');
  if (code == null) return [...fragment.childNodes];
  const label = [...code.querySelectorAll('.code-language')].map((element) => element.cloneNode(true));
  return [create('div', { className: 'code' }, ...label, create('pre', {}, fragment))];
}

function serviceOf(Turndown: typeof TurndownService): TurndownService {
  const service = new Turndown({
    headingStyle: 'atx',
    codeBlockStyle: 'fenced',
    bulletListMarker: '-',
    emDelimiter: '*',
    hr: '---',
    br: '',
  });
  const textOf = (node: Node, selector: string): string => (node as Element).querySelector(selector)?.textContent ?? '';
  service.remove((node) => node.matches('button, .code-bar, .seam, .joint, vscode-toolbar-button, .alert-title > .codicon'));
  service.addRule('code', {
    filter: (node) => node.matches('.code'),
    replacement: (_, node) => {
      const code = textOf(node, 'pre').replace(/\n$/, '');
      const fence = '`'.repeat(Math.max(3, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
      return `\n\n${fence}${textOf(node, '.code-language')}\n${code}\n${fence}\n\n`;
    },
  });
  service.addRule('formula', {
    filter: (node) => node.matches('.math'),
    replacement: (_, node) => {
      const source = textOf(node, 'annotation');
      if (source === '') return node.textContent ?? '';
      return (node as Element).querySelector('math[display=block]') === null ? `$${source}$` : `\n\n$$\n${source}\n$$\n\n`;
    },
  });
  service.addRule('struck', { filter: ['del', 's'], replacement: (content) => `~~${content}~~` });
  service.addRule('task', {
    filter: (node) => node instanceof HTMLInputElement,
    replacement: (_, node) => ((node as HTMLInputElement).checked ? '[x] ' : '[ ] '),
  });
  service.addRule('cell', {
    filter: ['th', 'td'],
    replacement: (content) =>
      ` ${content
        .trim()
        .replaceAll('|', String.raw`\|`)
        .replaceAll('\n', ' ')} |`,
  });
  service.addRule('row', {
    filter: 'tr',
    replacement: (content, node) => {
      const { children, parentNode } = node as HTMLTableRowElement;
      return `\n|${content}${parentNode?.nodeName === 'THEAD' ? `\n|${' --- |'.repeat(children.length)}` : ''}`;
    },
  });
  // A long table is drawn as several tables.
  service.addRule('table', { filter: ['table', 'thead', 'tbody'], replacement: (content) => content });
  return service;
}
