// What VS Code's own rules would make of a text, and that nothing of it is left after plainText.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inert, plainText, withoutAutolinks } from '../../../src/vscode/ui/plainText.ts';

/** As in VS Code 1.139: `linkedText.ts` and `iconLabels.ts`. */
const linkInNotification = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
const icon = /(\\)?\$\([A-Za-z0-9]+(?:-[A-Za-z0-9]+)*(?:~[A-Za-z]+)?\)/;
const seen = (text: string): string => text.replaceAll('\u200B', '');

it.each([
  '[Renew it](command:workbench.action.terminal.sendSequence?%7B%22text%22%3A%22touch%20x%5Cn%22%7D)',
  '[read more](https://evil.example "Official help")',
  '[[a](file:///etc/passwd)](command:x)',
  '[a](COMMAND:x)',
  '$(error) $(sync~spin) \\$(x) $$(gear)',
  'list[0](7), f(x), $5 (net), C:\\a(1)[2]',
])('%s is neither a link nor an icon, and reads as itself', (text) => {
  const plain = plainText(text);
  expect({ link: linkInNotification.test(plain), icon: icon.test(plain), reads: seen(plain) }).toEqual({
    link: false,
    icon: false,
    reads: text,
  });
});

it('leaves no link and no icon in any text of brackets, dollars, and addresses', () => {
  const piece = fc.constantFrom(
    '[',
    ']',
    '(',
    ')',
    '$',
    '\\',
    'a',
    'sync',
    '~spin',
    'command:',
    'https://',
    'file:',
    ' ',
    '"',
    '\n',
    '\u200B',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const plain = plainText(pieces.join(''));
      return !linkInNotification.test(plain) && !icon.test(plain) && plainText(plain) === plain;
    }),
    { numRuns: 20_000 },
  );
});

it('is one line, shows direction overrides, and is cut between characters', () => {
  const long = `${'x'.repeat(998)}😀`;
  expect([plainText('a\r\nb\u2028c\0d'), plainText('gpt\u202Egnp.exe'), plainText(`${long}yz`), inert('a\n[b](c)')]).toEqual([
    'a b c d',
    'gpt[U+202E]gnp.exe',
    `${'x'.repeat(998)}…`,
    'a\n[b]\u200B(c)',
  ]);
});

it('breaks every form of an address that Markdown makes a link of', () => {
  const forms = [
    'https://evil.example',
    'www.evil.example',
    'a@evil.example',
    '<mailto:a@evil.example>',
    '<img src=x>',
    'FTP://x',
    '1 < 2',
  ];
  expect(forms.map((form) => withoutAutolinks(form).replaceAll('\u200B', '|'))).toEqual([
    'https:|//evil.example',
    'www|.evil.example',
    'a@|evil.example',
    '<|mailto:a@|evil.example>',
    '<|img src=x>',
    'FTP:|//x',
    '1 < 2',
  ]);
});
