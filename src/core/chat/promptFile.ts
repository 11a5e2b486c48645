/** Reads a prompt file: its front matter, its variables, and the files that it refers to. */
import { percentDecoded } from '../provider/percentDecoded.ts';

export interface PromptFile {
  /** Its name; the name of the file if the front matter has none. */
  readonly name?: string;
  readonly description: string;
  /** The models it is meant for, best first, as its author names them; empty means any. */
  readonly models: readonly string[];
  readonly body: string;
}

export interface PromptInput {
  readonly name: string;
  readonly placeholder: string;
}

/** `${file}`, `${input:name}`, `${input:name:placeholder}`. */
const variable = /\$\{(\w+)(?::([^}:]+)(?::([^}]*))?)?\}/g;

/** @param text content of a `.prompt.md` file; its front matter is enclosed by two lines of `---` */
export function readPromptFile(text: string): PromptFile {
  const [whole, head] = /^\uFEFF?---[^\S\n]*\r?\n([\s\S]*?)(?<=\n)---[^\S\n]*(?:\r?\n|$)/.exec(text) ?? [];
  if (whole === undefined || head === undefined) return { description: '', models: [], body: text.trim() };
  const fields = fieldsOf(head);
  const name = fields.get('name')?.[0];
  return {
    ...(name === undefined ? {} : { name }),
    description: fields.get('description')?.[0] ?? '',
    models: fields.get('model') ?? [],
    body: text.slice(whole.length).trim(),
  };
}

/** The inputs to ask the user for, each once, in order. */
export function inputsOf(body: string): readonly PromptInput[] {
  const inputs = new Map<string, PromptInput>();
  for (const [, kind, name, placeholder = ''] of body.matchAll(variable)) {
    if (kind === 'input' && name !== undefined && !inputs.has(name)) inputs.set(name, { name, placeholder });
  }
  return [...inputs.values()];
}

/** @param value value of a variable such as `file` or `input:name`; variables without a value stay as written */
export function fillPrompt(body: string, value: (name: string) => string | undefined): string {
  return body.replace(variable, (whole, kind: string, name: string | undefined) => {
    const known = kind === 'input' && name !== undefined ? value(`input:${name}`) : value(kind);
    return known ?? whole;
  });
}

/** Code in Markdown; references in it are examples. */
const code = /^[ \t]*(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^[ \t]*\1[`~]*[ \t]*$|(?![\s\S]))|`[^`\n]*`/gm;
const reference = new RegExp(
  [
    '(?<![\\w#])#file:(?:"(?<quoted>[^"\\n]+)"|(?<bare>[^\\s"]+?)(?=[.,;:!?)\\]]*(?:\\s|$)))',
    '\\]\\((?:<(?<marked>[^<>\\n]+)>|(?<plain>[^\\s()<>]+(?:\\([^\\s()]*\\)[^\\s()<>]*)*))(?:[ \\t]+(?:"[^"\\n]*"|\'[^\'\\n]*\'))?\\)',
  ].join('|'),
  'g',
);
const elsewhere = /^(?:(?!file:)[a-z][a-z\d+.-]+:|#|\/\/)/i;

/** The files that a prompt refers to, each once, in order: `#file:path` and Markdown links without a scheme. */
export function filesIn(body: string): readonly string[] {
  const names = [...body.replace(code, ' ').matchAll(reference)].flatMap(({ groups: { quoted, bare, marked, plain: link } = {} }) => {
    const address = marked ?? link;
    if (address === undefined) return quoted ?? bare ?? [];
    return elsewhere.test(address) ? [] : percentDecoded(address);
  });
  return [...new Set(names)];
}

/** Parses a subset of YAML: `key: value`, `key: [a, b]`, and lists with one `- value` per line. */
function fieldsOf(head: string): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  let open: string[] = [];
  for (const line of head.split(/\r?\n/)) {
    const item = /^\s*-\s+(.*)$/.exec(line)?.[1];
    if (item !== undefined) {
      open.push(plain(item));
      continue;
    }
    const [, key, value = ''] = /^([\w-]+)\s*:\s*(.*)$/.exec(line) ?? [];
    if (key === undefined) continue;
    const list = /^\[(.*)\]$/.exec(value.trim())?.[1];
    open = (list === undefined ? [value] : list.split(',')).map(plain).filter((text) => text !== '');
    fields.set(key, open);
  }
  return fields;
}

/** Removes quotes, or a trailing comment. */
function plain(value: string): string {
  const trimmed = value.trim();
  const quoted = /^"((?:[^"\\]|\\.)*)"|^'((?:[^']|'')*)'/.exec(trimmed);
  if (quoted?.[1] !== undefined) return quoted[1].replace(/\\(.)/g, '$1');
  if (quoted?.[2] !== undefined) return quoted[2].replaceAll("''", "'");
  return trimmed.replace(/\s+#.*$/, '');
}
