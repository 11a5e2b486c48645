/**
 * Decides whether an answer without a leading fence begins with explanation or code. Only its first line is examined:
 * waiting longer would delay the stream.
 */

/** In these languages prose is the content itself; a fence is still a fence. */
const proseLanguages = new Set(
  'asciidoc cucumber feature gherkin git-commit latex mdx quarto restructuredtext scminput tex typst html'.split(' '),
);

/** Here "Name: a value" is code. */
const keyLanguages = new Set('dockercompose properties yaml'.split(' '));

/** In these languages nothing is removed: the answer is the text. */
const verbatimLanguages = new Set('plaintext scminput git-commit mdx quarto rmd log'.split(' '));

/**
 * @param grammar the scope name of the language's grammar, where there is one: any flavour of Markdown has its word in it
 */
export function isVerbatim(language: string, grammar = ''): boolean {
  return verbatimLanguages.has(language.toLowerCase()) || /markdown/i.test(`${language} ${grammar}`);
}

/** Length of the examined part of the first line, in UTF-16 units. */
export const proseLook = 80;

const functionWords = new Set(
  (
    'a an and are as be below can code for from have here how i if in is it its of on or sure that the then there this ' +
    'to use using we which will with would you your'
  ).split(' '),
);

function withoutMarkdown(line: string): string {
  return line
    .trim()
    .replace(/^(?:>\s+|#{1,6}\s+|[-*+]\s+|\d{1,3}[.)]\s+)/, '')
    .replace(/`[^`]*`?/g, 'it')
    .replace(/\*\*|__/g, '');
}

/** The line without its Markdown; undefined if it has what only code has. */
export function sentence(line: string): string | undefined {
  const text = withoutMarkdown(line);
  // A letter of any script; in scripts with two cases a sentence begins with the upper one.
  if (!/^[\p{Lu}\p{Lo}]/u.test(text)) return undefined;
  return /[;{}=<>\\_|$@&^~[\]]|\(\)|::|\w\(|\w\.\w+\b(?<!e\.g|i\.e)|^#|^[A-Z]{2,}\b(?!,)/u.test(text) ? undefined : text;
}

/** Whether the line is an explanation if a fence follows it: by itself, "Sure:" or a file name may also be code. */
export function mayIntroduce(line: string, language: string): boolean {
  return !proseLanguages.has(language) && !/[;{}=<>\\|$@&^[\]]|\(\)|::|\w\(/.test(withoutMarkdown(line));
}

/**
 * @param line the first line that is not blank, or its first `proseLook` units
 * @param isWhole whether its end was seen
 */
export function looksLikeProse(line: string, isWhole: boolean, language: string): boolean {
  if (proseLanguages.has(language)) return false;
  if (keyLanguages.has(language) && /^[^:]+: \S/.test(line.trim())) return false;
  const text = sentence(line);
  if (text === undefined) return false;
  const endsSentence = isWhole && /[.:!?…。：！？][*"'”)]*$/u.test(text);
  if (/\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Script=Thai}/u.test(text)) return true;
  const words = text.split(/\s+/);
  if (words.length < 3) return isWhole && /^\p{Lu}\p{Ll}+(?: \p{Ll}+)?[!]$/u.test(text);
  const known = words.filter((word) => functionWords.has(word.toLowerCase().replace(/\W+$/, ''))).length;
  return endsSentence || known >= 2 || (!isWhole && known >= 1);
}
