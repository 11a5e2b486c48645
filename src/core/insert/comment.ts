/** How a language writes a comment that ends with its line, so that prose of an answer cannot become code. */

export interface CommentStyle {
  readonly open: string;
  /** Only in languages whose comments must be closed. */
  readonly close: string;
}

/** By VS Code's language identifiers. */
const languages: readonly (readonly [open: string, close: string, ids: string])[] = [
  [
    '//',
    '',
    'c cpp csharp cuda-cpp d dart fsharp glsl go groovy haxe hlsl java javascript javascriptreact jsonc kotlin less ' +
      'objective-c objective-cpp odin php prisma proto3 proto protobuf rust scala scss solidity stylus swift typescript ' +
      'typescriptreact v verilog systemverilog wgsl zig bicep jsonl5 json5',
  ],
  [
    '#',
    '',
    'bazel cmake coffeescript crystal dockerfile dockercompose dotenv elixir editorconfig git-rebase graphql hcl ignore ' +
      'jinja julia just make makefile nim nix perl perl6 raku powershell properties puppet python r ruby sagemath ' +
      'shellscript starlark tcl terraform toml yaml fish awk gdscript cython jupyter',
  ],
  ['--', '', 'ada elm haskell lua luau sql plsql mysql pgsql postgres vhdl applescript purescript'],
  [';', '', 'asm ini lisp clojure commonlisp scheme racket autohotkey wat nasm'],
  ['%', '', 'erlang latex tex bibtex matlab prolog octave doctex'],
  ["'", '', 'vb vba vbscript'],
  ['"', '', 'vim viml'],
  ['!', '', 'fortran fortran-modern FortranFreeForm'],
  ['REM ', '', 'bat'],
  ['//', '', 'pascal objectpascal'],
  ['/*', '*/', 'css'],
  ['(*', '*)', 'ocaml sml coq'],
  ['<!--', '-->', 'html xml xsl svelte vue vue-html svg handlebars astro markdown'],
  ['{{--', '--}}', 'blade'],
  ['<%#', '%>', 'erb'],
  ['//-', '', 'jade pug'],
];

/** Undefined where the language has no comments (JSON) or is not known: there prose is better left out than guessed. */
export function commentStyle(language: string): CommentStyle | undefined {
  const found = languages.find(([, , ids]) => ids.split(' ').includes(language));
  return found === undefined ? undefined : { open: found[0].trimEnd(), close: found[1] };
}

/** `text` so that it cannot close the comment it is in. Works on any piece of a line as on the whole of it. */
export function commentSafe(style: CommentStyle, character: string, previous: string): string {
  if (style.close === '') return character;
  // A space between the characters of the closing mark; in XML two hyphens alone are an error.
  const pair = style.close.startsWith('--') ? '--' : style.close.slice(0, 2);
  return previous + character === pair ? ` ${character}` : character;
}
