/** Which of VS Code's languages the word after a fence means: names people write there are seldom VS Code's identifiers. */

/** What VS Code knows of one language. */
export interface NamedLanguage {
  readonly id: string;
  readonly aliases: readonly string[];
  /** With their dots. */
  readonly extensions: readonly string[];
  readonly filenames: readonly string[];
}

export type FenceLanguage =
  | { readonly type: 'known'; readonly id: string }
  /** The fence names none. */
  | { readonly type: 'none' }
  | { readonly type: 'unknown'; readonly word: string };

/** Words that no extension declares as names, and what they mean, as GitHub reads them. */
const otherNames: Readonly<Record<string, string>> = {
  shell: 'shellscript',
  console: 'shellscript',
  shellsession: 'shellscript',
  'shell-session': 'shellscript',
  terminal: 'shellscript',
  golang: 'go',
  node: 'javascript',
  ecmascript: 'javascript',
  python3: 'python',
  py3: 'python',
  cplusplus: 'cpp',
  objc: 'objective-c',
  objectivec: 'objective-c',
  'objc++': 'objective-cpp',
  vbnet: 'vb',
  'vb.net': 'vb',
  pwsh: 'powershell',
  posh: 'powershell',
  batch: 'bat',
  cmd: 'bat',
  dos: 'bat',
  make: 'makefile',
  docker: 'dockerfile',
  protobuf: 'proto3',
  proto: 'proto3',
  terraform: 'terraform',
  hcl: 'terraform',
  perl6: 'raku',
  svg: 'xml',
  patch: 'diff',
  udiff: 'diff',
  text: 'plaintext',
  txt: 'plaintext',
  plain: 'plaintext',
  none: 'plaintext',
  output: 'plaintext',
};

/** @param info the text after the fence, as `ts`, `python:src/a.py`, `js title="a.js"`, `{.rust .numberLines}` */
export function languageOfFence(info: string, languages: readonly NamedLanguage[]): FenceLanguage {
  const word = /^[{\s.]*([^\s{}:,;=]+)/
    .exec(info)?.[1]
    ?.replace(/^lang(?:uage)?-/i, '')
    .toLowerCase();
  if (word === undefined || word === '') return { type: 'none' };
  // Built into VS Code, so no extension declares it.
  if (word === 'plaintext' || otherNames[word] === 'plaintext') return { type: 'known', id: 'plaintext' };
  const id = find(word, languages) ?? find(otherNames[word] ?? '', languages) ?? find(word.split('+')[0] ?? '', languages);
  return id === undefined ? { type: 'unknown', word } : { type: 'known', id };
}

/** Its identifier counts more than its names, those more than the ends of its files' names. */
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
