// The part of VS Code's API that sentences need, as in a window in Simplified Chinese.
import { readFileSync } from 'node:fs';

const bundle = JSON.parse(readFileSync(new URL('../../l10n/bundle.l10n.zh-cn.json', import.meta.url), 'utf8')) as Record<string, string>;

export const l10n = {
  /** Sentences without a translation stay English, as in VS Code. */
  t: (sentence: string, ...values: readonly (string | number)[]): string =>
    (bundle[sentence] ?? sentence).replace(/\{(\d)\}/g, (place, index: string) => String(values[Number(index)] ?? place)),
};

export const env = { language: 'zh-cn' };
