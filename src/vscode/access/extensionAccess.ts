/**
 * Controls which other extensions may use Rivulet's models or chat service: the user is asked once per extension and can
 * revoke the permission.
 */
import * as vscode from 'vscode';
import type { CommandTable, Feature } from '../feature.ts';
import * as notify from '../ui/notify.ts';
import { pickMany } from '../ui/pick.ts';
import { callingExtension } from './caller.ts';

export type AccessScope = 'models' | 'chatService';

export interface ExtensionAccessPorts {
  /** Stores the answers on this computer. */
  readonly memory: vscode.Memento;
  /** Whether a user can be asked; a window under test shows no dialogs. */
  readonly canAsk: boolean;
  /** Of Rivulet itself. */
  readonly ownId: string;
}

type Answers = Readonly<Record<string, boolean>>;

const memoryKey = 'rivulet.extensionAccess';

export class ExtensionAccess implements Feature {
  readonly commands: CommandTable = { manageExtensionAccess: () => this.manage() };
  readonly #ports: ExtensionAccessPorts;
  /** Open questions, and dismissed ones, which are not asked again before the next start. */
  readonly #asked = new Map<string, Promise<boolean>>();

  constructor(ports: ExtensionAccessPorts) {
    this.#ports = ports;
  }

  dispose(): void {
    this.#asked.clear();
  }

  /** The id of the calling extension, if known. Must be called synchronously. */
  caller(): string | undefined {
    return callingExtension(this.#ports.ownId)?.id;
  }

  /** @param id of the extension; undefined when it cannot be told, which is asked once for each start */
  async allows(id: string | undefined, scope: AccessScope): Promise<boolean> {
    if (!this.#ports.canAsk || id?.toLowerCase() === this.#ports.ownId.toLowerCase()) return true;
    const key = keyOf(id ?? '', scope);
    const known = id === undefined ? undefined : this.#answers()[key];
    if (known !== undefined) return known;
    const asked = this.#asked.get(key) ?? this.#ask(id, scope, key);
    this.#asked.set(key, asked);
    return asked;
  }

  /** Shows the permissions; unchecked ones are revoked. */
  async manage(): Promise<void> {
    const { t } = vscode.l10n;
    const answers = this.#answers();
    if (Object.keys(answers).length === 0) return void notify.information(t('No other extension has asked for access to Rivulet yet.'));
    const items = Object.entries(answers).map(([key, picked]) => {
      const [scope, id = ''] = key.split(' ');
      return { label: nameOf(id), description: scope === 'chatService' ? t('chat service') : t('models'), picked, key };
    });
    const chosen = await pickMany(items, {
      title: t('Manage Extension Access'),
      placeHolder: t('The checked extensions may use Rivulet without asking again'),
    });
    if (chosen === undefined) return;
    this.#asked.clear();
    await this.#keep(Object.fromEntries(items.map(({ key }) => [key, chosen.some((item) => item.key === key)])));
  }

  async #ask(id: string | undefined, scope: AccessScope, key: string): Promise<boolean> {
    const { t } = vscode.l10n;
    const name = id === undefined ? t('An unidentified extension') : t('The extension "{0}"', nameOf(id));
    const [question, detail] =
      scope === 'models'
        ? [
            t('{0} wants to use the models of Rivulet.', name),
            t('It chooses what to ask. Requests use your API keys and are billed to you.'),
          ]
        : [
            t('{0} wants to start the chat service of Rivulet.', name),
            t('It gets the key of the service, with which any program on this computer can use your models.'),
          ];
    const back = t('You can revoke this with the command "Rivulet: Manage Extension Access".');
    const [allow, never] = [t('Allow'), t("Don't Allow")];
    const answer = await notify.ask(question, `${detail} ${back}`, allow, never);
    if (answer !== undefined && id !== undefined) await this.#keep({ ...this.#answers(), [key]: answer === allow });
    return answer === allow;
  }

  #answers(): Answers {
    return this.#ports.memory.get<Answers>(memoryKey) ?? {};
  }

  async #keep(answers: Answers): Promise<void> {
    await this.#ports.memory.update(memoryKey, answers);
  }
}

/** The error of a refused call, read by the extension and its user. */
export function refusalSentence(): string {
  return vscode.l10n.t('This extension may not use Rivulet. The command "Rivulet: Manage Extension Access" can allow it.');
}

/** VS Code compares identifiers without case. */
function keyOf(id: string, scope: AccessScope): string {
  return `${scope} ${id.toLowerCase()}`;
}

function nameOf(id: string): string {
  const manifest = vscode.extensions.getExtension(id)?.packageJSON as { readonly displayName?: unknown } | undefined;
  return typeof manifest?.displayName === 'string' ? `${manifest.displayName} (${id})` : id;
}
