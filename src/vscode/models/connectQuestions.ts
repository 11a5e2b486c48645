/** The questions for an address and a key. */
import * as vscode from 'vscode';
import { repairedAddress } from '../../core/connect/address.ts';
import type { Preset } from '../../core/provider/catalog.ts';
import { unsendableKey } from '../../core/provider/http/sendable.ts';
import { failureText } from '../ui/sentences/failureSentences.ts';
import { joined } from '../ui/sentences/joined.ts';
import { input } from '../ui/pick.ts';

/** Asks for an address and repairs it; undefined on Escape. */
export async function askAddress(
  preset: Pick<Preset, 'baseURL'> | undefined,
  title = vscode.l10n.t('Add Endpoint'),
): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const value = preset?.baseURL ?? '';
  const at = value.indexOf('{');
  const address = await input({
    title,
    prompt: t('Address of the API (base URL). Most end in /v1.'),
    placeHolder: 'https://api.example.com/v1',
    value,
    // Selected, so that a pasted address replaces it.
    valueSelection: at === -1 ? [0, value.length] : [at, value.indexOf('}') + 1],
    ignoreFocusOut: true,
    validateInput: (typed) =>
      repairedAddress(typed) === undefined ? t('Enter an address such as https://api.example.com/v1.') : undefined,
  });
  return address === undefined ? undefined : repairedAddress(address)?.baseURL;
}

/** @param problem the problem with the previous key */
export async function askKey(
  { name, baseURL, preset }: { readonly name: string; readonly baseURL: string; readonly preset?: Preset },
  problem?: string,
): Promise<string | undefined> {
  const { t } = vscode.l10n;
  const { origin } = new URL(baseURL);
  const key = await input({
    title: t('API key for {0}', name),
    prompt: joined([
      ...(problem === undefined ? [] : [problem]),
      t("Stored in the system's key store and sent only to {0}.", origin),
      preset?.keyPage === undefined ? t('Leave empty if the server needs no key.') : t('Create one at {0}.', preset.keyPage),
    ]),
    password: true,
    ignoreFocusOut: true,
    validateInput: keyProblem,
  });
  return key === undefined ? undefined : bare(key);
}

/** The problem with a key while it is typed. */
function keyProblem(value: string): string | undefined {
  const failure = unsendableKey(bare(value));
  return failure === undefined ? undefined : failureText(failure);
}

/** Removes characters copied along with a key. */
function bare(key: string): string {
  return key.trim().replace(/^(?:Bearer\s+|["'`])|["'`]$/gi, '');
}
