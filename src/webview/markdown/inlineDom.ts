// Draws inline tokens with a closed list of elements; whatever a model writes, nothing else can come of it.
import { fill } from '../shared/words.ts';
import type { Token } from './inline.ts';
import type { RenderContext } from './renderContext.ts';

/** The only elements that text can become, by the tokens that open them. */
const ELEMENTS: Readonly<Record<string, 'em' | 'strong' | 's'>> = { em_open: 'em', strong_open: 'strong', s_open: 's' };
/** Addresses that a person may follow; all others are shown but lead nowhere. */
const FOLLOWED = /^(?:https?|mailto):/i;

/** Emphasis within emphasis goes no deeper; layout recurses. */
const DEEPEST = 40;

export function drawInline(tokens: readonly Token[], tools: RenderContext): DocumentFragment {
  const root = document.createDocumentFragment();
  const path: (DocumentFragment | HTMLElement)[] = [root];
  for (const token of tokens) {
    const parent = path.at(-1)!;
    if (token.nesting < 0) path.pop();
    else if (path.length > DEEPEST) {
      if (token.nesting > 0) path.push(parent);
      else parent.append(drawToken(token, tools));
    } else if (token.nesting > 0) {
      const element = token.type === 'link_open' ? link(token) : document.createElement(ELEMENTS[token.type] ?? 'span');
      parent.append(element);
      path.push(element);
    } else parent.append(drawToken(token, tools));
  }
  return root;
}

function drawToken(token: Token, tools: RenderContext): Node | string {
  switch (token.type) {
    case 'softbreak':
      return '\n';
    case 'hardbreak':
      return document.createElement('br');
    case 'code_inline': {
      const code = document.createElement('code');
      code.textContent = token.content;
      return code;
    }
    case 'image':
      return image(token, tools);
    case 'math':
      return tools.math.inline(token.content, token.markup);
    case 'html_inline':
      // Tables need <br>, and it can do nothing. Any other tag is shown as the text that it is.
      return /^<br\s*\/?>$/i.test(token.content) ? document.createElement('br') : token.content;
    default:
      return token.content;
  }
}

function link(token: Token): HTMLElement {
  const element = document.createElement('a');
  address(element, token);
  return element;
}

/** An image is never fetched, for its address could carry away what the model has read. It is a link with a name. */
function image(token: Token, tools: RenderContext): HTMLElement {
  const element = document.createElement('a');
  element.className = 'image';
  const icon = document.createElement('span');
  icon.className = 'codicon codicon-file-media';
  icon.setAttribute('aria-hidden', 'true');
  const name = document.createElement('span');
  // Without a description only the word "Image" is left, and no colon after it.
  name.textContent = fill(tools.strings.image, plain(token.children ?? [])).replace(/[\s:：]+$/, '');
  element.append(icon, name);
  address(element, token);
  return element;
}

/** No `href`: the browser has nothing to follow, and the page asks the host to open what is allowed. */
function address(element: HTMLElement, token: Token): void {
  const href = String(token.attrGet('href') ?? token.attrGet('src') ?? '');
  const title = token.attrGet('title');
  element.title = title ? `${title}\n${href}` : href;
  if (!FOLLOWED.test(href)) return;
  element.setAttribute('role', 'link');
  element.tabIndex = 0;
  element.dataset['href'] = href;
}

function plain(tokens: readonly Token[]): string {
  return tokens.map((token) => (token.children ? plain(token.children) : token.type === 'softbreak' ? ' ' : token.content)).join('');
}
