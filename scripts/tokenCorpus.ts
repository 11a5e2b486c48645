// Texts for checking token counts. Do not change them: the counts of other tokenizers are recorded.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { knownAnswer } from '../test/support/knownAnswer.ts';
import { root } from './paths.ts';
import { seeded } from '../test/support/random.ts';

export const corpora: Readonly<Record<string, string>> = {
  'prose, code, tables': knownAnswer,
  JavaScript: readFileSync(join(root, 'test/fixtures/code/build.mjs'), 'utf8').replaceAll('\r\n', '\n'),
  'Chinese, Japanese, Korean':
    '流式输出把等待变成阅读。连接中断时，客户端必须从断点继续。ストリーミングは待ち時間を読書に変えます。한국어 문장도 있습니다. '.repeat(
      12,
    ),
  'other languages': [
    'Alle Menschen sind frei und gleich an Würde und Rechten geboren. ',
    'Tous les êtres humains naissent libres et égaux en dignité et en droits. ',
    'Все люди рождаются свободными и равными в своем достоинстве и правах. ',
    'Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền lợi. ',
    'Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. ',
    'सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है। ',
    'يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق. ',
    'มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ\n',
  ]
    .join('')
    .repeat(4),
  emoji: 'Done 🎉👩‍💻🇯🇵 — next 🚀✨ step 👍🏽! '.repeat(30),
  'gaps, digits, signs': ["don't  won't\n\n\n  \n x'\r\n\r\n1234567 ", "\t\t.../// HTTPServer fooBar 'll 've ''\n''", ' 🙂👨‍👩‍👧‍👦  \n']
    .join('')
    .repeat(20),
};

/** Offsets at which a streaming text is counted: 20, none inside a character. */
export function placesOf(text: string): number[] {
  return Array.from({ length: 20 }, (_, index) => {
    const at = Math.floor((text.length * (index + 1)) / 20);
    return /[\ud800-\udbff]/.test(text[at - 1] as string) ? at + 1 : at;
  });
}

/** Pieces that tokenizers treat differently alone and next to each other. */
const atoms = [
  'a',
  'the ',
  ' the',
  "'s",
  "'LL",
  ' ',
  '  ',
  '\n',
  '\r\n',
  '\t',
  '\u00a0',
  '\u3000',
  '1',
  '23',
  '4567',
  '½',
  'Ⅷ',
  '₂',
  '流',
  '式',
  '输出',
  '。',
  '，',
  '한국',
  'ス',
  'トリ',
  '🎉',
  '👩‍💻',
  '🇯🇵',
  'é',
  'e\u0301',
  '\u0300',
  '\u200d',
  'ß',
  'ệ',
  'nhiều',
  'การ',
  'مرحبا',
  'hello',
  'World',
  'HTTPServer',
  'fooBar',
  '=>',
  '//',
  '/*',
  '\\',
  '"',
  '{',
  '();',
  '.:.:',
  'x'.repeat(40),
  '=-'.repeat(20),
  'ında',
  'ы',
  'при',
] as const;

/** A thousand random mixtures. */
export function mixtures(): string[] {
  const next = seeded(9);
  return Array.from({ length: 1_000 }, () =>
    Array.from({ length: 1 + next() * 12 }, () => atoms[Math.floor(next() * atoms.length)]).join(''),
  );
}

/** The counts of another tokenizer. */
export interface Counts {
  /** By corpus: the number of tokens up to each offset. */
  readonly corpora: Readonly<Record<string, readonly number[]>>;
  readonly mixtures: readonly number[];
}

type Count = (text: string) => number;

export const countCorpora = (count: Count): Counts['corpora'] =>
  Object.fromEntries(Object.entries(corpora).map(([name, text]) => [name, placesOf(text).map((place) => count(text.slice(0, place)))]));

export const countMixtures = (count: Count): Counts['mixtures'] => mixtures().map(count);
