// Draws inline tokens with a closed list of elements: nothing that a model writes can become any other element.
import { create, icon } from '../../shared/create.ts';
import { visibleWords } from '../../shared/controlCharacters.ts';
import { fill } from '../../shared/words.ts';
import type { RenderContext } from '../renderContext.ts';
import type { Token } from './inline.ts';
import { pairTags } from './tags.ts';

/** The only elements that text can become, by the tokens that open them. */
const ELEMENTS: Readonly<Record<string, string>> = { em_open: 'em', strong_open: 'strong', s_open: 's' };
/** Addresses that a person may follow. Of all others only a file of the workspace leads somewhere. */
const FOLLOWED = /^(?:https?|mailto):/i;

/** Emphasis within emphasis goes no deeper; layout recurses. */
const DEEPEST = 40;

/** `final`: the text will not change, so files that it names may be looked up. */
export function drawInline(tokens: readonly Token[], tools: RenderContext, final: boolean): DocumentFragment {
  const root = document.createDocumentFragment();
  const path: (DocumentFragment | HTMLElement)[] = [root];
  const { names } = pairTags(tokens);
  for (const token of tokens) {
    const parent = path.at(-1)!;
    const tag = names.get(token);
    const nesting = tag === undefined ? token.nesting : token.content[1] === '/' ? -1 : 1;
    if (nesting < 0) path.pop();
    else if (path.length > DEEPEST) {
      if (nesting > 0) path.push(parent);
      else parent.append(...drawToken(token, tools, final));
    } else if (nesting > 0) {
      const element =
        token.type === 'link_open' ? link(token, tools, final) : document.createElement(tag ?? ELEMENTS[token.type] ?? 'span');
      parent.append(element);
      path.push(element);
    } else parent.append(...drawToken(token, tools, final));
  }
  return root;
}

function drawToken(token: Token, tools: RenderContext, final: boolean): readonly (Node | string)[] {
  switch (token.type) {
    // In a chat, a line end is intended. The character separates the words in the text content.
    case 'softbreak':
    case 'hardbreak':
      return [document.createElement('br'), '\n'];
    case 'code_inline': {
      const code = document.createElement('code');
      code.append(...visibleWords(token.content, 'code'));
      if (final) tools.files.offer(code, token.content);
      return [code];
    }
    case 'image':
      return [image(token, tools, final)];
    case 'math':
      return [tools.math.inline(token.content, token.markup)];
    case 'html_inline':
      // Tables need <br>, and it can do nothing. A tag without its other half is shown as the text that it is.
      return /^<br\s*\/?>$/i.test(token.content) ? [document.createElement('br')] : visibleWords(token.content, 'text');
    default:
      return visibleWords(token.content, 'text');
  }
}

function link(token: Token, tools: RenderContext, final: boolean): HTMLElement {
  const element = document.createElement('a');
  address(element, token, tools, final);
  return element;
}

/** An image is never fetched, for its address could carry away what the model has read. It is a link with a name. */
function image(token: Token, tools: RenderContext, final: boolean): HTMLElement {
  // Without a description only the word "Image" is left, and no colon after it.
  const name = fill(tools.strings.image, plain(token.children ?? [])).replace(/(?<![\s:：])[\s:：]+$/, '');
  const element = create('a', { className: 'image' }, icon('file-media'), create('span', {}, name));
  address(element, token, tools, final);
  return element;
}

/** No `href`: the browser has nothing to follow, and the page asks the host to open what is allowed. */
function address(element: HTMLElement, token: Token, tools: RenderContext, final: boolean): void {
  const href = String(token.attrGet('href') ?? token.attrGet('src') ?? '');
  const title = token.attrGet('title');
  element.title = title ? `${title}\n${href}` : href;
  if (!FOLLOWED.test(href)) {
    if (final) tools.files.offer(element, href);
    return;
  }
  element.setAttribute('role', 'link');
  element.tabIndex = 0;
  element.dataset['href'] = href;
}

function plain(tokens: readonly Token[]): string {
  return tokens.map((token) => (token.children ? plain(token.children) : token.type === 'softbreak' ? ' ' : token.content)).join('');
}
