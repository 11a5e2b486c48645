/** Registers the commands of all features. A failed command shows one sentence; another extension's call may need consent. */
import * as vscode from 'vscode';
import { type AccessScope, type ExtensionAccess, refusalSentence } from './access/extensionAccess.ts';
import * as notify from './ui/notify.ts';
import type { CommandTable } from './feature.ts';

/** @throws if two features name the same command */
export function registerCommands(
  log: vscode.LogOutputChannel,
  access: ExtensionAccess,
  tables: readonly CommandTable[],
): vscode.Disposable {
  const commands = new Map<string, CommandTable[string]>();
  for (const [name, run] of tables.flatMap((table) => Object.entries(table))) {
    if (commands.has(name)) throw new Error(`Two features have a command named "${name}".`);
    commands.set(name, run);
  }
  return vscode.Disposable.from(...Array.from(commands, ([name, run]) => register(log, access, name, run)));
}

/** Commands that another extension may call only with the user's consent. Menus, keys and the palette count as the user. */
const scopes: Readonly<Record<string, AccessScope>> = {
  ask: 'models',
  compare: 'models',
  resume: 'models',
  regenerate: 'models',
  explainSelection: 'models',
  insertAtCursor: 'models',
  replaceSelection: 'models',
  continueWriting: 'models',
  answerSelection: 'models',
  writeCommitMessage: 'models',
  testConnection: 'models',
  startChatService: 'chatService',
};

function register(log: vscode.LogOutputChannel, access: ExtensionAccess, name: string, run: CommandTable[string]): vscode.Disposable {
  return vscode.commands.registerCommand(`rivulet.${name}`, async (...given: readonly unknown[]) => {
    const scope = scopes[name];
    const caller = scope === undefined ? undefined : access.caller();
    if (scope !== undefined && caller !== undefined && !(await access.allows(caller, scope))) throw new Error(refusalSentence());
    try {
      return await run(...given);
    } catch (error) {
      log.error(error instanceof Error ? error : String(error));
      const message = error instanceof Error ? error.message : String(error);
      void notify.error(vscode.l10n.t('The command failed: {0}', message));
      return undefined;
    }
  });
}
