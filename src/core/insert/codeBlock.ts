/** Code blocks of an answer, and the file that the answer names for each. */

export interface CodeBlock {
  /** The text after the fence. */
  readonly info: string;
  /** The last line above the fence that is not blank. */
  readonly above: string;
  readonly code: string;
  /** Its fence is still open: more may come. */
  readonly isOpen: boolean;
}

/** The fenced blocks of an answer by CommonMark's rules, at top level or in a list. */
export function codeBlocks(answer: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let above = '';
  let open:
    | { readonly mark: string; readonly indent: number; readonly info: string; readonly above: string; readonly lines: string[] }
    | undefined;
  const close = (isOpen: boolean): void => {
    if (open === undefined) return;
    const { info, lines } = open;
    blocks.push({ info, above: open.above, code: lines.length === 0 ? '' : `${lines.join('\n')}\n`, isOpen });
    open = undefined;
  };
  const all = answer.split(/\r?\n/);
  for (const [index, line] of all.entries()) {
    const fence = /^(\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)?)(`{3,}|~{3,})(.*)$/.exec(line);
    const [, space = '', mark = '', info = ''] = fence ?? [];
    if (open !== undefined) {
      const closes = fence !== null && mark[0] === open.mark[0] && mark.length >= open.mark.length && info.trim() === '';
      if (closes) close(false);
      else if (index < all.length - 1 || line !== '')
        open.lines.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)));
    } else if (fence !== null && !(mark.startsWith('`') && info.includes('`'))) {
      open = { mark, indent: space.length, info: info.trim(), above, lines: [] };
    } else if (line.trim() !== '') above = line.trim();
  }
  close(true);
  return blocks;
}

/** A possible file name: with a folder or an extension, without spaces. */
const path = String.raw`(?:[\w.@()+~-]|\[[\w.-]*\])+(?:[\\/](?:[\w.@()+~-]|\[[\w.-]*\])+)*`;
const isFile = (name: string): boolean => /[\\/]|\.[A-Za-z][\w-]{0,9}$/.test(name) && !/^(?:https?:|\d+(?:\.\d+)*$)/.test(name);
const firstLineMark =
  /^\s*(?:\/\/+|#+|--+|;+|%+|\/\*+|<!--|\{\/\*)\s*(?:(?:file ?(?:path|name)?|path)\s*[:=]\s*)?(\S+?)\s*(?:\*+\/\}?|-->)?\s*$/i;

/** File names given by the block, its first line or the line above it, most certain first. */
export function filesNamed({ info, above, code }: Pick<CodeBlock, 'info' | 'above' | 'code'>): readonly string[] {
  const attribute = /(?:title|file|filename|path|name)\s*=\s*(?:"([^"]+)"|'([^']+)'|(\S+))/i.exec(info);
  const names = [
    attribute?.[1] ?? attribute?.[2] ?? attribute?.[3] ?? '',
    /^[^\s:]*:(?!\/\/)(\S+)/.exec(info)?.[1] ?? '',
    ...info.split(/\s+/).filter((word) => !/[=:"']/.test(word)),
    firstLineName(code) ?? '',
    ...nameAbove(above),
  ];
  return [...new Set(names.map(cleaned).filter((name) => name !== '' && isFile(name)))];
}

/** A file named in a comment on the first line. */
export function firstLineName(code: string): string | undefined {
  const name = firstLineMark.exec(code.split('\n', 1)[0] ?? '')?.[1];
  return name !== undefined && isFile(name) && new RegExp(`^${path}$`).test(name) ? name : undefined;
}

/** A name alone on its line, or the only one marked as code. */
function nameAbove(line: string): readonly string[] {
  const bare = line.replace(/^(?:#{1,6}|[-*+]|\d+[.)])\s+/, '').replace(/^(?:file(?:name| ?path)?|in|update|edit|create)\s*:?\s+/i, '');
  const alone = new RegExp(`^[*_\`"'(]*(${path})[*_\`"')]*\\s*:?[*_]*$`).exec(bare.trim());
  if (alone?.[1] !== undefined) return [alone[1]];
  const marked = Array.from(line.matchAll(/`([^`\s]+)`|\*\*([^*\s]+)\*\*/g), (match) => match[1] ?? match[2] ?? '').filter(isFile);
  return marked.length === 1 ? marked : [];
}

function cleaned(name: string): string {
  return name
    .replace(/^["'`(]+|["'`),:;]+$/g, '')
    .replace(/:\d+(?:-\d+)?$/, '')
    .replaceAll('\\', '/');
}

/** The name as a path inside a folder; undefined if it could lead out of it. */
export function innerPath(name: string): string | undefined {
  if (/^(?:[a-z][\w+.-]*:|\/|~)/i.test(name)) return undefined;
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return parts.length === 0 || parts.includes('..') || parts.includes('.git') ? undefined : parts.join('/');
}
