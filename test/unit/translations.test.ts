// Every sentence has its translation, with the same places for values.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pageStrings } from '../../src/core/chat/page/pageStrings.ts';
import { ownFailures } from '../../src/core/provider/failures/ownFailures.ts';
import { usageStrings } from '../../src/core/usage/protocol.ts';

const root = new URL('../../', import.meta.url);
const json = (file: string): Record<string, string> => JSON.parse(readFileSync(new URL(file, root), 'utf8')) as Record<string, string>;
const places = (text: string): string[] => [...text.matchAll(/\{\d\}|\$\([\w-]+\)/g)].map(([place]) => place).sort();

/** The first argument of each `t('…')` and `l10n.t('…')` of the extension host, the failures that the core names, and the pages' own. */
function sentences(): string[] {
  const folder = new URL('src/vscode/', root);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const found = files.flatMap((file) =>
    [...readFileSync(new URL(file, folder), 'utf8').matchAll(/\bt\(\s*(['"])((?:\\.|(?!\1)[^\\\n])*)\1/g)].map(([, , text]) =>
      text!.replaceAll(/\\(['"])/g, '$1'),
    ),
  );
  const failures = Object.values(ownFailures).map(({ sentence }) => sentence);
  return [...new Set([...found, ...failures, ...Object.values(pageStrings), ...Object.values(usageStrings)])].sort();
}

it('translates every sentence of the extension and of the page, and none that is gone', () => {
  expect(Object.keys(json('l10n/bundle.l10n.zh-cn.json')).sort()).toEqual(sentences());
});

it('translates every title and setting of the manifest', () => {
  expect(Object.keys(json('package.nls.zh-cn.json'))).toEqual(Object.keys(json('package.nls.json')));
});

it('keeps the places for values, and the icons', () => {
  const wrong = Object.entries(json('l10n/bundle.l10n.zh-cn.json')).filter(
    ([text, translated]) => places(text).join() !== places(translated).join(),
  );
  expect(wrong).toEqual([]);
});

it('keeps the English names by which programs find the parts of the page', () => {
  const { conversation, message, send, stop, resume, regenerate, copy, insertAtCursor, jumpToLatest, copyCode, insertCode } = pageStrings;
  const { newFile, applyCode, more, effort, nextPrompt, find } = pageStrings;
  expect([conversation, message, send, stop, resume, regenerate, copy, insertAtCursor, jumpToLatest, copyCode, insertCode]).toEqual([
    'Conversation',
    'Message',
    'Send',
    'Stop',
    'Resume',
    'Regenerate',
    'Copy',
    'Insert at cursor',
    'Jump to latest',
    'Copy code',
    'Insert code at cursor',
  ]);
  expect([newFile, applyCode.slice(0, 5), more, effort, nextPrompt, find]).toEqual([
    'New file from code',
    'Apply',
    'More actions',
    'Effort',
    'Next prompt',
    'Find in conversation',
  ]);
});
