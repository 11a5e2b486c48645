/** A prompt that is kept to be used again: what its file says about it, and the values that are filled in when it is sent. */

export interface PromptFile {
  /** What its author calls it; the name of the file where it is left out. */
  readonly name?: string;
  readonly description: string;
  /** The models that it is meant for, the best one first, as its author calls them; empty for any. */
  readonly models: readonly string[];
  readonly body: string;
}

export interface PromptInput {
  readonly name: string;
  readonly placeholder: string;
}

/** `${file}`, `${input:name}`, `${input:name:placeholder}`. */
const variable = /\$\{(\w+)(?::([^}:]+)(?::([^}]*))?)?\}/g;

/** @param text of a `.prompt.md` file: what is between two lines of `---` at its start is about the prompt */
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

/** What a person is asked for, each once, in order. */
export function inputsOf(body: string): readonly PromptInput[] {
  const inputs = new Map<string, PromptInput>();
  for (const [, kind, name, placeholder = ''] of body.matchAll(variable)) {
    if (kind === 'input' && name !== undefined && !inputs.has(name)) inputs.set(name, { name, placeholder });
  }
  return [...inputs.values()];
}

/** @param value of a variable, such as `file` or `input:name`; what has none stays as it is written */
export function fillPrompt(body: string, value: (name: string) => string | undefined): string {
  return body.replace(variable, (whole, kind: string, name: string | undefined) => {
    const known = kind === 'input' && name !== undefined ? value(`input:${name}`) : value(kind);
    return known ?? whole;
  });
}

/** A small part of YAML: `key: value`, `key: [a, b]`, and a list with one `- value` per line. */
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

/** Without quotes, or without the comment. */
function plain(value: string): string {
  const trimmed = value.trim();
  const quoted = /^"((?:[^"\\]|\\.)*)"|^'((?:[^']|'')*)'/.exec(trimmed);
  if (quoted?.[1] !== undefined) return quoted[1].replace(/\\(.)/g, '$1');
  if (quoted?.[2] !== undefined) return quoted[2].replaceAll("''", "'");
  return trimmed.replace(/\s+#.*$/, '');
}
