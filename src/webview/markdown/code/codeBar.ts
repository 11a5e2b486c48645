// The bar above a block of code: its language and its buttons, usable from the first line on.
import { create } from '../../shared/create.ts';
import type { FromPage } from '../../../core/chat/page/protocol.ts';
import type { PageStrings } from '../../../core/chat/page/pageStrings.ts';

export type CodeUse = Extract<FromPage, { type: 'code' }>['use'];

export interface CodeBarPorts {
  readonly use: (what: CodeUse) => void;
  readonly wrap: (wrap: boolean) => void;
}

const COPIED_MS = 1500;

// Plain buttons, not components: an answer may hold hundreds of them, and each must cost nothing.
export function codeBar(language: string, strings: PageStrings, ports: CodeBarPorts): HTMLElement {
  const wrap = iconButton('word-wrap', strings.wrapLines);
  wrap.setAttribute('aria-pressed', 'false');
  wrap.addEventListener('click', () => {
    const on = wrap.getAttribute('aria-pressed') !== 'true';
    wrap.setAttribute('aria-pressed', String(on));
    ports.wrap(on);
  });
  const use = (what: CodeUse, icon: string, name: string) => {
    const button = iconButton(icon, name);
    button.addEventListener('click', () => ports.use(what));
    return button;
  };
  return create(
    'div',
    { className: 'code-bar' },
    create('span', { className: 'code-language' }, language),
    wrap,
    copyButton(strings, () => ports.use('copy')),
    use('insert', 'insert', strings.insertCode),
    use('newFile', 'new-file', strings.newFile),
    use('apply', 'git-pull-request-go-to-changes', strings.applyCode),
    ...(language === 'mermaid' ? [use('diagram', 'type-hierarchy', strings.renderDiagram)] : []),
  );
}

/** Says for a moment that it has copied, where the eye and the screen reader already are. */
function copyButton(strings: PageStrings, copy: () => void): HTMLButtonElement {
  const button = iconButton('copy', strings.copyCode);
  const say = (copied: boolean) => {
    button.classList.toggle('codicon-copy', !copied);
    button.classList.toggle('codicon-check', copied);
    button.title = copied ? strings.copied : strings.copyCode;
    button.setAttribute('aria-label', button.title);
  };
  button.addEventListener('click', () => {
    copy();
    say(true);
    setTimeout(say, COPIED_MS, false);
  });
  return button;
}

function iconButton(icon: string, name: string): HTMLButtonElement {
  return create('button', { type: 'button', className: `icon codicon codicon-${icon}`, title: name, ariaLabel: name });
}
