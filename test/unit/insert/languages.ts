/** The comment marks of languages that the tests of this folder use, as their extensions declare them. */
import type { CommentMarks } from '../../../src/core/insert/comment.ts';

const slashes: CommentMarks = { line: '//', block: ['/*', '*/'] };

export const comments: Readonly<Record<string, CommentMarks>> = {
  typescript: slashes,
  javascript: slashes,
  rust: slashes,
  go: slashes,
  json: slashes,
  python: { line: '#', block: ['"""', '"""'] },
  css: { block: ['/*', '*/'] },
  vue: { block: ['<!--', '-->'] },
  html: { block: ['<!--', '-->'] },
  xml: { block: ['<!--', '-->'] },
  makefile: { line: '#', atMargin: true },
  yaml: { line: '#' },
  dockerfile: { line: '#' },
  ruby: { line: '#' },
  sql: { line: '--', block: ['/*', '*/'] },
};
