/** The initial data of the page, in the language of the window. */
import * as vscode from 'vscode';
import { pageStrings } from '../../../core/chat/page/pageStrings.ts';
import type { PageBoot } from '../../../core/chat/page/protocol.ts';
import { translated } from '../../ui/translated.ts';

export function pageBoot(readParagraphs: boolean): PageBoot {
  const { t } = vscode.l10n;
  return {
    readParagraphs,
    strings: translated(pageStrings),
    examples: [t('What is this demo?'), t('/drop Show me a connection that breaks'), t('/code Write a small function')],
    openings: [t('Explain this code:'), t('Write a unit test for this:'), t('What does this error mean?')],
  };
}
