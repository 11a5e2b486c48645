// Collects the notices that licences require: name, version and licence text of every package and data file whose content
// is in the VSIX.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import texts from 'spdx-license-list/full.js';
import type { Metafile } from 'esbuild';
import { root } from './paths.ts';

export const noticesFile = 'THIRD-PARTY-NOTICES.txt';

interface Part {
  /** `name version (SPDX)` */
  readonly title: string;
  readonly text: string;
}

/** Shipped outside of the bundles: the icon font is copied, the vocabularies are packed. */
const besides = ['@vscode/codicons', 'gpt-tokenizer'];

/** Packages of which at least a byte is in a bundle. */
export function packagesIn(bundles: readonly Metafile[]): string[] {
  const inputs = bundles.flatMap(({ outputs }) => Object.values(outputs)).flatMap((output) => Object.entries(output.inputs));
  const names = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([path]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

/** @throws if a package has no licence, so that it is checked before it is shipped */
export function noticesOf(bundles: readonly Metafile[]): string {
  const parts = [...new Set([...packagesIn(bundles), ...besides])].sort().flatMap(partsOf);
  const titlesByText = Map.groupBy([...parts, ...data()], ({ text }) => text);
  const sections = [...titlesByText].map(([text, same]) => `${same.map(({ title }) => title).join('\n')}\n\n${text.trim()}\n`);
  const all = [readFileSync(join(root, 'vocabularies/NOTICE.txt'), 'utf8'), ...sections];
  return `Rivulet holds parts that others made. Thank you.\n\n${all.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

function partsOf(name: string): Part[] {
  const folder = join(root, 'node_modules', name);
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string; license?: string };
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  if (license === undefined || files.length === 0)
    throw new Error(`${name} ${version} has no licence text; look it up before it is shipped.`);
  return files
    .sort()
    .map((file) => ({ title: `${name} ${version} (${license})`, text: readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n') }));
}

/** Licences that no file of a package has. */
function data(): Part[] {
  const fonts =
    'The fonts of katex, Copyright (c) 2009-2010 Design Science, Inc., (c) 2014-2018 Khan Academy, ' +
    'with Reserved Font Names KaTeX_… (OFL-1.1)';
  return [
    { title: fonts, text: standard('OFL-1.1') },
    { title: 'The vocabulary of Qwen (Apache-2.0)', text: standard('Apache-2.0') },
    { title: 'The vocabularies of OpenAI (MIT); their copyright line is above', text: standard('MIT') },
    { title: 'The vocabulary of Llama 3', text: readFileSync(join(root, 'vocabularies/LICENSE-LLAMA-3.txt'), 'utf8') },
  ];
}

function standard(license: string): string {
  const text = texts[license]?.licenseText;
  if (text === undefined) throw new Error(`The list of standard licences has no ${license}.`);
  return text;
}
