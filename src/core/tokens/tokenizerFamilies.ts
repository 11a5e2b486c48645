/** Chooses the tokenizer for a model: families of models share one, and the model's name shows its family. */
import type { PreTokenizer } from './tokenCounter.ts';

/** Families whose vocabulary is shipped: their counts are exact. */
export type VocabularyName = 'o200k' | 'cl100k' | 'qwen' | 'llama3';
/** The others are counted with the most similar vocabulary, scaled by the kind of word. */
export type Family = VocabularyName | 'deepseek' | 'mistral';

export const families: readonly VocabularyName[] = ['o200k', 'cl100k', 'qwen', 'llama3'];

/** Used for models of unknown families: the newest and largest public vocabulary. */
export const likeliestFamily: VocabularyName = 'o200k';

/** The vocabulary used for a family: its own, or the most similar one. */
export const vocabularyFor = (family: Family): VocabularyName => (family === 'mistral' || family === 'deepseek' ? 'o200k' : family);

/**
 * Names in lower case, without their provider: `gpt-4o-mini:free`, `llama-3.3-70b-instruct`, `llama3.1:8b`. The first match
 * wins: a distilled model has the tokenizer and, in its name, the name of the model that it was made from.
 */
const names: readonly (readonly [name: RegExp, family: Family])[] = [
  // Later ones have their own vocabulary.
  [/(?<![a-z])(qwen(?!-?(3[.p][5-9]|[4-9]))|qwq|qvq)/, 'qwen'],
  [/llama[-_ ]?v?3(?!\d)|r1-distill-llama/, 'llama3'],
  // Ollama names the distilled models after their teacher.
  [/deepseek-r1:70b/, 'llama3'],
  [/deepseek-r1:(1\.5|7|8|14|32)b/, 'qwen'],
  [/deepseek[-_. ]?(v3|r1|chat|reasoner)/, 'deepseek'],
  // All models since Mistral Nemo share one tokenizer, Tekken; older dated names are excluded.
  [
    /mistral-?nemo|mistral-(small-?3|small-25|small-latest|medium|large-(3|25)|large-latest)|ministral|magistral|devstral|pixtral|voxtral/,
    'mistral',
  ],
  [/(?<![a-z])gpt-?(4o|4\.|4-o|[5-9]|oss)|(?<![a-z])(chatgpt-|codex-)|(?<![a-z\d])o[134](?![a-z\d])/, 'o200k'],
  [/(?<![a-z])gpt-?(4|3\.?5)(?!\d)|text-embedding-(3-|ada-002)/, 'cl100k'],
];

/**
 * The family of a model, or undefined if its tokenizer is not public or not shipped.
 * @param model the server's name for it, perhaps with a provider, as in `openai/gpt-4o`
 */
export function familyOf(model: string): Family | undefined {
  const name = model.toLowerCase().slice(model.lastIndexOf('/') + 1);
  return names.find(([pattern]) => pattern.test(name))?.[1];
}

// White space in the regular expressions of the tokenizers; JavaScript's \s differs in two characters.
const space = '\\p{White_Space}';
const contraction = "'(?:[sSſdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])";
const lower = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]';
const upper = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]';
const before = '[^\\r\\n\\p{L}\\p{N}]?';
const gaps = `${space}*[\\r\\n]+|${space}+(?!\\P{White_Space})|${space}+`;
const ofO200k = (contractions: string, digits: string): string =>
  `${before}${upper}*${lower}+${contractions}|${before}${upper}+${lower}*${contractions}` +
  `|${digits}| ?[^${space}\\p{L}\\p{N}]+[\\r\\n/]*|${gaps}`;
const ofCl100k =
  `${contraction}|${before}\\p{L}+|\\p{N}{1,3}| ?[^${space}\\p{L}\\p{N}]+[\\r\\n]*` +
  `|${space}+$|${space}*[\\r\\n]|${space}+(?!\\P{White_Space})|${space}`;
const ofLlama3 = `${contraction}|${before}\\p{L}+|\\p{N}{1,3}| ?[^${space}\\p{L}\\p{N}]+[\\r\\n]*|${gaps}`;

// Three patterns in one: digits and Chinese or Japanese are split off first; for the text between them, that is the end.
const kana = '一-龥぀-ヿ';
const letters = `[[\\p{L}\\p{M}]--[${kana}]]`;
const signs = `[[\\p{P}\\p{S}]--[${kana}]]`;
const ofDeepseek =
  `\\p{N}{1,3}|[${kana}]+|[!-\\/:-@\\[-\`\\{-~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}\\p{N}${kana}]?${letters}+| ?${signs}+[\\r\\n]*` +
  `|${space}*[\\r\\n]+|${space}+(?![^\\p{White_Space}\\p{N}${kana}])|${space}+` +
  `|(?:[^\\p{White_Space}\\p{L}\\p{M}\\p{P}\\p{S}\\p{N}](?!${letters}))+`;

/**
 * Tokens of Mistral's tokenizer per token of o200k. Fitted to English, Chinese, Japanese and Korean prose, TypeScript, CSS,
 * JSON and 25 emoji; the test measures other texts.
 */
function asMistral(word: string): number {
  if (/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(word)) return 1.89;
  if (/\p{Script=Hangul}/u.test(word)) return 0.85;
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(word)) return 1.04;
  return /\p{Script=Han}/u.test(word) ? 1.2 : 1.02;
}

/** The same for DeepSeek's tokenizer, which splits words differently. */
function asDeepseek(word: string): number {
  if (/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(word)) return 1.09;
  if (/\p{Script=Han}/u.test(word)) return 0.87;
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(word)) return 0.94;
  if (/[\u00c0-\u024f]/.test(word)) return 1.44;
  if (/[A-Za-z]/.test(word)) return 1.02;
  return /\p{L}/u.test(word) ? 1.2 : /[\p{N}\s]/u.test(word) ? 1 : 1.1;
}

/** How each vocabulary splits text into words. */
export const styles: Readonly<Record<Family, PreTokenizer>> = {
  o200k: { words: new RegExp(ofO200k(`(?:${contraction})?`, '\\p{N}{1,3}'), 'gu') },
  cl100k: { words: new RegExp(ofCl100k, 'gu') },
  qwen: { words: new RegExp(ofLlama3.replace('{1,3}', ''), 'gu'), composes: true },
  llama3: { words: new RegExp(ofLlama3, 'gu') },
  deepseek: { words: new RegExp(ofDeepseek, 'gv'), scale: asDeepseek },
  mistral: { words: new RegExp(ofO200k('', '\\p{N}'), 'gu'), scale: asMistral },
};
