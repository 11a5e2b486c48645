/** Maps the word after a fence to a VS Code language: models rarely write VS Code's identifiers. */

/** A language as VS Code describes it. */
export interface NamedLanguage {
  readonly id: string;
  readonly aliases: readonly string[];
  /** Including the dots. */
  readonly extensions: readonly string[];
  readonly filenames: readonly string[];
}

export type FenceLanguage =
  | { readonly type: 'known'; readonly id: string }
  /** The fence names none. */
  | { readonly type: 'none' }
  | { readonly type: 'unknown'; readonly word: string };

/** Names that no extension declares, with their meaning on GitHub. */
const otherNames = new Map(
  Object.entries({
    shellscript: 'shell console shellsession shell-session terminal',
    go: 'golang',
    javascript: 'node ecmascript',
    python: 'python3 py3',
    cpp: 'cplusplus',
    'objective-c': 'objc objectivec',
    'objective-cpp': 'objc++',
    vb: 'vbnet vb.net',
    powershell: 'pwsh posh',
    bat: 'batch cmd dos',
    makefile: 'make',
    dockerfile: 'docker',
    proto3: 'protobuf proto',
    terraform: 'hcl',
    raku: 'perl6',
    xml: 'svg',
    diff: 'patch udiff',
    plaintext: 'text txt plain none output',
  }).flatMap(([id, names]) => names.split(' ').map((name) => [name, id])),
);

/** @param info the text after the fence, as `ts`, `python:src/a.py`, `js title="a.js"`, `{.rust .numberLines}` */
export function languageOfFence(info: string, languages: readonly NamedLanguage[]): FenceLanguage {
  const word = /^[{\s.]*([^\s{}:,;=]+)/
    .exec(info)?.[1]
    ?.replace(/^lang(?:uage)?-/i, '')
    .toLowerCase();
  if (word === undefined || word === '') return { type: 'none' };
  // Built into VS Code, not declared by an extension.
  if (word === 'plaintext' || otherNames.get(word) === 'plaintext') return { type: 'known', id: 'plaintext' };
  const id = find(word, languages) ?? find(otherNames.get(word) ?? '', languages) ?? find(word.split('+')[0] ?? '', languages);
  return id === undefined ? { type: 'unknown', word } : { type: 'known', id };
}

/** Identifiers take precedence over names, names over file extensions. */
function find(word: string, languages: readonly NamedLanguage[]): string | undefined {
  if (word === '') return undefined;
  const isWord = (name: string): boolean => name.toLowerCase() === word;
  const found =
    languages.find(({ id }) => isWord(id)) ??
    languages.find(({ aliases }) => aliases.some(isWord)) ??
    languages.find(({ extensions }) => extensions.some((extension) => isWord(extension.replace(/^\./, '')))) ??
    languages.find(({ filenames }) => filenames.some(isWord));
  return found?.id;
}
