/** Registers the commands of all features. A failed command shows one sentence. */
import * as vscode from 'vscode';
import * as notify from './ui/notify.ts';
import type { CommandTable } from './feature.ts';

/** @throws if two features name the same command */
export function registerCommands(log: vscode.LogOutputChannel, tables: readonly CommandTable[]): vscode.Disposable {
  const commands = new Map<string, CommandTable[string]>();
  for (const [name, run] of tables.flatMap((table) => Object.entries(table))) {
    if (commands.has(name)) throw new Error(`Two features have a command named "${name}".`);
    commands.set(name, run);
  }
  return vscode.Disposable.from(...Array.from(commands, ([name, run]) => register(log, name, run)));
}

function register(log: vscode.LogOutputChannel, name: string, run: CommandTable[string]): vscode.Disposable {
  return vscode.commands.registerCommand(`rivulet.${name}`, async (argument?: unknown) => {
    try {
      return await run(argument);
    } catch (error) {
      log.error(error instanceof Error ? error : String(error));
      const message = error instanceof Error ? error.message : String(error);
      void notify.error(vscode.l10n.t('The command failed: {0}', message));
      return undefined;
    }
  });
}
