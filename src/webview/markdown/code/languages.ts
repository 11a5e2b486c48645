// The languages that can be coloured: each a small file, loaded when an answer first uses it.
import type { LanguageFn } from 'highlight.js';

interface Language {
  readonly load: () => Promise<{ readonly default: LanguageFn }>;
  readonly aliases?: readonly string[];
  /** Languages that its code can contain. */
  readonly needs?: readonly string[];
  /** Lines that belong to those before them, where its grammar looks ahead over line ends. */
  readonly continues?: RegExp;
}

export const LANGUAGES: Readonly<Record<string, Language>> = {
  bash: { load: () => import('highlight.js/lib/languages/bash'), aliases: ['sh', 'zsh', 'shell', 'shellscript'] },
  c: { load: () => import('highlight.js/lib/languages/c'), aliases: ['h'] },
  clojure: { load: () => import('highlight.js/lib/languages/clojure'), aliases: ['clj'] },
  cmake: { load: () => import('highlight.js/lib/languages/cmake') },
  cpp: { load: () => import('highlight.js/lib/languages/cpp'), aliases: ['c++', 'cc', 'cxx', 'hpp'] },
  csharp: { load: () => import('highlight.js/lib/languages/csharp'), aliases: ['cs', 'c#'] },
  css: { load: () => import('highlight.js/lib/languages/css') },
  dart: { load: () => import('highlight.js/lib/languages/dart') },
  diff: { load: () => import('highlight.js/lib/languages/diff'), aliases: ['patch'] },
  dockerfile: { load: () => import('highlight.js/lib/languages/dockerfile'), aliases: ['docker'], needs: ['bash'] },
  elixir: { load: () => import('highlight.js/lib/languages/elixir'), aliases: ['ex', 'exs'] },
  erlang: { load: () => import('highlight.js/lib/languages/erlang'), aliases: ['erl'] },
  fsharp: { load: () => import('highlight.js/lib/languages/fsharp'), aliases: ['fs', 'f#'] },
  go: { load: () => import('highlight.js/lib/languages/go'), aliases: ['golang'] },
  graphql: { load: () => import('highlight.js/lib/languages/graphql'), aliases: ['gql'] },
  haskell: { load: () => import('highlight.js/lib/languages/haskell'), aliases: ['hs'] },
  ini: { load: () => import('highlight.js/lib/languages/ini'), aliases: ['toml', 'conf', 'properties'] },
  java: { load: () => import('highlight.js/lib/languages/java') },
  javascript: {
    load: () => import('highlight.js/lib/languages/javascript'),
    aliases: ['js', 'jsx', 'mjs', 'cjs', 'javascriptreact'],
    needs: ['xml', 'css'],
  },
  json: { load: () => import('highlight.js/lib/languages/json'), aliases: ['jsonc', 'json5'] },
  julia: { load: () => import('highlight.js/lib/languages/julia'), aliases: ['jl'] },
  kotlin: { load: () => import('highlight.js/lib/languages/kotlin'), aliases: ['kt', 'kts'] },
  latex: { load: () => import('highlight.js/lib/languages/latex'), aliases: ['tex'] },
  less: { load: () => import('highlight.js/lib/languages/less') },
  lua: { load: () => import('highlight.js/lib/languages/lua') },
  makefile: { load: () => import('highlight.js/lib/languages/makefile'), aliases: ['make', 'mk'] },
  markdown: { load: () => import('highlight.js/lib/languages/markdown'), aliases: ['md'], needs: ['xml'] },
  matlab: { load: () => import('highlight.js/lib/languages/matlab') },
  nginx: { load: () => import('highlight.js/lib/languages/nginx') },
  objectivec: { load: () => import('highlight.js/lib/languages/objectivec'), aliases: ['objc', 'objective-c'] },
  ocaml: { load: () => import('highlight.js/lib/languages/ocaml'), aliases: ['ml'] },
  perl: { load: () => import('highlight.js/lib/languages/perl'), aliases: ['pl'] },
  php: { load: () => import('highlight.js/lib/languages/php'), needs: ['xml'] },
  powershell: { load: () => import('highlight.js/lib/languages/powershell'), aliases: ['ps1', 'pwsh'] },
  protobuf: { load: () => import('highlight.js/lib/languages/protobuf'), aliases: ['proto'] },
  python: { load: () => import('highlight.js/lib/languages/python'), aliases: ['py', 'python3'] },
  r: { load: () => import('highlight.js/lib/languages/r') },
  ruby: { load: () => import('highlight.js/lib/languages/ruby'), aliases: ['rb'] },
  rust: { load: () => import('highlight.js/lib/languages/rust'), aliases: ['rs'] },
  scala: { load: () => import('highlight.js/lib/languages/scala') },
  scss: { load: () => import('highlight.js/lib/languages/scss'), aliases: ['sass'] },
  session: { load: () => import('highlight.js/lib/languages/shell'), aliases: ['console', 'shellsession'], needs: ['bash'] },
  sql: { load: () => import('highlight.js/lib/languages/sql'), aliases: ['mysql', 'postgresql', 'sqlite'] },
  swift: { load: () => import('highlight.js/lib/languages/swift') },
  typescript: {
    load: () => import('highlight.js/lib/languages/typescript'),
    aliases: ['ts', 'tsx', 'mts', 'cts', 'typescriptreact'],
    needs: ['xml', 'css'],
  },
  vbnet: { load: () => import('highlight.js/lib/languages/vbnet'), aliases: ['vb'] },
  vim: { load: () => import('highlight.js/lib/languages/vim') },
  xml: { load: () => import('highlight.js/lib/languages/xml'), aliases: ['html', 'svg', 'xhtml', 'vue'], needs: ['javascript', 'css'] },
  yaml: { load: () => import('highlight.js/lib/languages/yaml'), aliases: ['yml'], continues: /^(?:\s|$)/ },
};

/** The name under which a label such as "ts" is loaded; undefined if the code stays plain. */
export function languageName(label: string): string | undefined {
  const name = label.toLowerCase();
  if (Object.hasOwn(LANGUAGES, name)) return name;
  return Object.entries(LANGUAGES).find(([, { aliases }]) => aliases?.includes(name))?.[0];
}
