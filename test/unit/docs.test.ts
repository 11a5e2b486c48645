// The documentation: generated pages are current, and everything that a page names exists.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import manifest from '../../package.json';
import { commandDescriptions } from '../../scripts/commandDescriptions.ts';
import { madePages } from '../../scripts/docs.ts';
import { root } from '../../scripts/paths.ts';

const textOf = (path: string): string => readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n');

const pages: readonly string[] = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file.replaceAll('\\', '/')}`),
  'test/fixtures/streams/README.md',
];

/** The page without its code blocks. */
const proseOf = (page: string): string => textOf(page).replaceAll(/^```[^]*?^```/gm, '');

/** GitHub's anchors: letters, digits, hyphens and underscores of each heading, in lower case; a second one of a name has a number. */
function anchorsOf(page: string): Set<string> {
  const seen = new Map<string, number>();
  const headings = [...proseOf(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\-_ ]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set(
    headings.map((anchor) => {
      const before = seen.get(anchor) ?? 0;
      seen.set(anchor, before + 1);
      return before === 0 ? anchor : `${anchor}-${before}`;
    }),
  );
}

it('has current pages of settings, commands and rooms: `npm run docs` would change nothing', () => {
  const stale = [...madePages()].filter(([path, text]) => textOf(path) !== text).map(([path]) => path);
  expect(stale).toEqual([]);
});

it('describes every command, and none that is gone', () => {
  expect(Object.keys(commandDescriptions).sort()).toEqual(manifest.contributes.commands.map(({ command }) => command).sort());
});

it('links only to files and headings that are there', () => {
  const links = pages.flatMap((page) =>
    [...proseOf(page).matchAll(/!?\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target]) => ({ page, target: target! })),
  );
  const broken = links
    .filter(({ target }) => !/^(https?|mailto):/.test(target))
    .filter(({ page, target }) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path).replaceAll('\\', '/');
      if (!existsSync(join(root, file))) return true;
      return anchor !== undefined && !anchorsOf(file).has(anchor);
    });
  expect({ many: links.length > 40, broken }).toEqual({ many: true, broken: [] });
});

it('names only paths, npm scripts, settings and commands that are there', () => {
  const folders = /^(?:src|core|node|vscode|webview|docs|scripts|test|media|vocabularies|l10n|\.github)\//;
  const contributed = [
    ...manifest.contributes.configuration.flatMap(({ properties }) => Object.keys(properties)),
    ...manifest.contributes.commands.map(({ command }) => command),
  ];
  const problems = pages
    .filter((page) => page !== 'CHANGELOG.md')
    .flatMap((page) => {
      const words = [...proseOf(page).matchAll(/`([^`\n]+)`/g)].map(([, word]) => word!);
      const paths = words.filter((word) => folders.test(word) && /^[\w./-]+$/.test(word));
      const scripts = [...textOf(page).matchAll(/npm run (?:--?[\w-]+ )*([\w:]+)/g)].map(([, name]) => name!);
      const names = words
        .filter((word) => /^rivulet\.[\w.]+\*?$/.test(word) && word !== 'rivulet.vsix')
        .map((word) => word.replace(/\*$/, ''));
      return [
        ...paths.filter((path) => !['', 'src/'].some((folder) => existsSync(join(root, folder + path)))),
        ...scripts.filter((name) => !(name in manifest.scripts)).map((name) => `npm run ${name}`),
        ...names.filter((name) => !contributed.some((one) => (name.endsWith('.') ? one.startsWith(name) : one === name))),
      ].map((problem) => `${page}: ${problem}`);
    });
  expect(problems).toEqual([]);
});

it('has a README in English and one in Chinese, each linked from the first line of the other', () => {
  const links = (page: string): readonly string[] => /^# .*\n\n(.*)\n/.exec(textOf(page))![1]!.match(/[\w.-]+\.md/g) ?? [];
  expect([links('README.md'), links('README.zh-CN.md')]).toEqual([['README.zh-CN.md'], ['README.md']]);
});

it('has a README of at most 900 words, with six features', () => {
  const readme = textOf('README.md');
  const features = readme
    .slice(readme.indexOf('## Features'))
    .split('\n## ')[0]!
    .match(/^- \*\*\[/gm)!;
  expect({ short: readme.split(/\s+/).length <= 900, features: features.length }).toEqual({ short: true, features: 6 });
});
