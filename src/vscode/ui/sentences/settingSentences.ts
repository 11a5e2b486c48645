/** One sentence per invalid setting: which one, what is expected, and what is used instead. */
import * as vscode from 'vscode';
import type { Expected, SettingProblem } from '../../../core/settings/fields.ts';

export function settingSentence({ setting, entry, field, expected, instead }: SettingProblem): string {
  const { t } = vscode.l10n;
  const what = expectedSentence(placeOf(`rivulet.${setting}`, entry, field), expected);
  const outcome =
    instead === 'default' ? t('The default is used.') : t('The entry is ignored until this is corrected; the others are used.');
  return t('{0} {1}', what, outcome);
}

function placeOf(setting: string, entry: string | number | undefined, field: string | undefined): string {
  const { t } = vscode.l10n;
  if (entry === undefined) return setting;
  if (field === undefined) return typeof entry === 'number' ? t('Entry {0} of {1}', entry, setting) : t('"{0}" in {1}', entry, setting);
  return typeof entry === 'number'
    ? t('"{0}" of entry {1} in {2}', field, entry, setting)
    : t('"{0}" of "{1}" in {2}', field, entry, setting);
}

function expectedSentence(place: string, expected: Expected): string {
  const { t } = vscode.l10n;
  const plain: Readonly<Record<Exclude<Expected['type'], 'number' | 'flag-or-number' | 'choice' | 'pattern'>, string>> = {
    boolean: t('{0} must be true or false.', place),
    text: t('{0} must be a string.', place),
    texts: t('{0} must be a list of strings.', place),
    'text-map': t('{0} must be an object whose values are strings.', place),
    list: t('{0} must be a list.', place),
    object: t('{0} must be an object.', place),
    address: t('{0} must be an address that begins with http:// or https://.', place),
    currency: t('{0} must be a currency code, such as USD or CNY.', place),
    identifier: t('{0} must be a word of letters, digits, dots, hyphens, and underscores.', place),
    word: t('{0} must be a name without spaces and slashes.', place),
    unused: t('{0} is taken by another endpoint; choose another id.', place),
    known: t('{0} is not known to Rivulet; check its spelling.', place),
  };
  switch (expected.type) {
    case 'number':
      return t('{0} must be a number of at least {1}.', place, expected.min);
    case 'flag-or-number':
      return t('{0} must be true, false, or a number of at least {1}.', place, expected.min);
    case 'choice':
      return t('{0} must be one of: {1}.', place, expected.choices.join(', '));
    case 'pattern':
      return t('{0} is not a valid regular expression: {1}.', place, expected.detail);
    default:
      return plain[expected.type];
  }
}
