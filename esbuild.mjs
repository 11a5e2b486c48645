// Builds the bundles: the extension, the pages, and the core alone. The last is not written: it proves that the core needs
// neither VS Code nor Node nor a browser.
import * as esbuild from 'esbuild';
import subsetFont from 'subset-font';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { families } from './src/core/tokens/tokenizerFamilies.ts';
import { fileOf } from './src/node/tokenizer/vocabularyFiles.ts';
import { noticesFile, noticesOf } from './scripts/notices.ts';
import { packedVocabulary } from './scripts/vocabularies.ts';

const watch = process.argv.includes('--watch');
const development = watch || process.argv.includes('--dev');

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  format: 'esm',
  minify: !development,
  sourcemap: development ? 'linked' : false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  target: 'es2023',
};

/**
 * Only the request methods of the `openai` client itself are used. The classes of its resources, which its constructor
 * creates, are replaced by empty ones.
 * @type {import('esbuild').Plugin}
 */
const withoutResources = {
  name: 'without-resources',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]openai[\\/](resources|lib)[\\/].*\.mjs$/ }, async ({ path }) => {
      if (/resources[\\/](?:index|shared)\.mjs$/.test(path)) return undefined;
      const source = await readFile(path, 'utf8');
      const names = [...source.matchAll(/^export (?:async )?(?:class|const|let|function\*?) (\w+)|^export \{([^}]*)\}/gm)].flatMap(
        ([, name, list]) => name ?? list.split(',').map((word) => word.trim().replace(/^.* as /, '')),
      );
      return {
        contents: [...new Set(names)]
          .filter(Boolean)
          .map((name) => `export class ${name} {}`)
          .join('\n'),
      };
    });
  },
};

/** @type {Record<string, import('esbuild').BuildOptions>} */
const builds = {
  extension: {
    ...shared,
    entryPoints: { extension: 'src/extension.ts' },
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    platform: 'node',
    target: 'node22',
    external: ['vscode'],
    plugins: [withoutResources],
  },
  worker: {
    ...shared,
    entryPoints: {
      vocabularyWorker: 'src/node/tokenizer/vocabularyWorker.ts',
      conversationWorker: 'src/node/disk/conversationWorker.ts',
    },
    outdir: 'dist',
    platform: 'node',
    target: 'node22',
  },
  page: {
    ...shared,
    entryPoints: { page: 'src/webview/chat/page.ts', usage: 'src/webview/usage/usage.ts' },
    outdir: 'dist/page',
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    platform: 'browser',
    loader: { '.ttf': 'file', '.woff2': 'file', '.woff': 'empty' },
  },
  core: {
    ...shared,
    entryPoints: ['src/core/**/*.ts'],
    outdir: 'dist/never-written',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    write: false,
  },
};

await rm('dist', { recursive: true, force: true });
await mkdir('dist/page', { recursive: true });
await mkdir('dist/vocabularies');
await cp('node_modules/@vscode/codicons/dist', 'dist/page/codicons', {
  recursive: true,
  filter: (file) => !/\.\w+$/.test(file) || /codicon\.(css|ttf)$/.test(file),
});

// The tokenizers' vocabularies; brotli makes them a third smaller than the VSIX's own compression would.
for (const family of families) await writeFile(`dist/vocabularies/${fileOf(family)}`, packedVocabulary(family));

if (watch) {
  for (const options of Object.values(builds)) await (await esbuild.context(options)).watch();
  console.log('Watching src; press Ctrl+C to end.');
} else {
  const built = await Promise.all(Object.values(builds).map((options) => esbuild.build(options)));
  await writeFile(`dist/${noticesFile}`, noticesOf(built.map(({ metafile }) => metafile)));
  if (!development) await dropUnusedIcons('dist/page/codicons');
}

/** Keeps only the icons that a word of the bundles may name, a fifth of the font. */
async function dropUnusedIcons(folder) {
  const files = (await readdir('dist', { recursive: true })).filter((file) => file.endsWith('.js') && !file.includes('katex'));
  const bundles = await Promise.all(files.map((file) => readFile(`dist/${file}`, 'utf8')));
  const words = new Set(bundles.flatMap((text) => text.match(/[a-z][a-z\d]*(-[a-z\d]+)*/g)).map((word) => word.replace(/^codicon-/, '')));
  const styles = await readFile(`${folder}/codicon.css`, 'utf8');
  const icons = [...styles.matchAll(/\.codicon-([\w-]+):before\s*\{\s*content:\s*"\\([\da-f]+)"/g)].filter(([, name]) => words.has(name));
  const font = await subsetFont(
    await readFile(`${folder}/codicon.ttf`),
    icons.map(([, , code]) => String.fromCodePoint(Number.parseInt(code, 16))).join(''),
  );
  await writeFile(`${folder}/codicon.ttf`, font);
}
