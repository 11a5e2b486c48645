/** Quick picks, input boxes, and file dialogs. Every text shown passes `plainText`; only our code names icons. */
import * as vscode from 'vscode';
import { plainText } from './plainText.ts';
import { present } from '../../core/present.ts';

export interface PickItem {
  readonly label: string;
  /** Name of a codicon before the label. */
  readonly icon?: string;
  readonly description?: string;
  readonly detail?: string;
  readonly picked?: boolean;
  /** Always listed, whatever is typed. */
  readonly alwaysShow?: boolean;
  /** A separator above the items below it. */
  readonly separator?: true;
  readonly buttons?: readonly vscode.QuickInputButton[];
}

export interface FilterButton {
  readonly icon: string;
  readonly tooltip: string;
  readonly isOn: boolean;
}

interface Shown<Item> extends vscode.QuickPickItem {
  readonly item: Item;
}

export async function pick<Item extends PickItem>(items: readonly Item[], options: vscode.QuickPickOptions): Promise<Item | undefined> {
  return (await vscode.window.showQuickPick(items.map(shown), { ...plainOptions(options), canPickMany: false }))?.item;
}

export async function pickMany<Item extends PickItem>(
  items: readonly Item[],
  options: vscode.QuickPickOptions,
): Promise<readonly Item[] | undefined> {
  return (await vscode.window.showQuickPick(items.map(shown), { ...plainOptions(options), canPickMany: true }))?.map(({ item }) => item);
}

/** A quick pick whose items change while it is open. */
export class LivePick<Item extends PickItem> implements vscode.Disposable {
  readonly #pick = vscode.window.createQuickPick<Shown<Item>>();

  constructor({ title, placeHolder, ignoreFocusOut = false }: Pick<vscode.QuickPickOptions, 'title' | 'placeHolder' | 'ignoreFocusOut'>) {
    this.#pick.ignoreFocusOut = ignoreFocusOut;
    this.#pick.title = title === undefined ? undefined : plainText(title);
    this.#pick.placeholder = placeHolder === undefined ? undefined : plainText(placeHolder);
    this.#pick.matchOnDescription = true;
  }

  /** The active row stays active if it still exists. */
  set items(items: readonly Item[]) {
    const active = this.#pick.activeItems[0];
    const moved = active !== undefined && active !== this.#pick.items.find(({ kind }) => kind !== vscode.QuickPickItemKind.Separator);
    this.#pick.items = items.map(shown);
    const same = moved
      ? this.#pick.items.find(({ label, description }) => label === active.label && description === active.description)
      : undefined;
    if (same !== undefined) this.#pick.activeItems = [same];
  }

  /** Buttons beside the title that can be switched on and off. */
  filters(buttons: readonly FilterButton[], toggled: (index: number, isOn: boolean) => void): void {
    const on = buttons.map(({ isOn }) => isOn);
    const draw = (): void => {
      this.#pick.buttons = buttons.map(({ icon, tooltip }, index) => ({
        iconPath: new vscode.ThemeIcon(icon, on[index] === true ? new vscode.ThemeColor('inputOption.activeForeground') : undefined),
        tooltip: on[index] === true ? `${tooltip} ✓` : tooltip,
      }));
    };
    this.#pick.onDidTriggerButton((button) => {
      const index = this.#pick.buttons.indexOf(button);
      if (index === -1) return;
      on[index] = on[index] !== true;
      draw();
      toggled(index, on[index]);
    });
    draw();
  }

  set busy(busy: boolean) {
    this.#pick.busy = busy;
  }

  set placeholder(text: string) {
    this.#pick.placeholder = plainText(text);
  }

  onValue(listener: (value: string) => void): void {
    this.#pick.onDidChangeValue(listener);
  }

  onButton(listener: (item: Item, button: vscode.QuickInputButton) => void): void {
    this.#pick.onDidTriggerItemButton(({ item: { item }, button }) => listener(item, button));
  }

  show(): void {
    this.#pick.show();
  }

  /** @param stays whether one of our dialogs hides it temporarily */
  chosen(stays: () => boolean = () => false): Promise<Item | undefined> {
    return new Promise((resolve) => {
      this.#pick.onDidAccept(() => resolve(this.#pick.selectedItems[0]?.item));
      this.#pick.onDidHide(() => !stays() && resolve(undefined));
    });
  }

  dispose(): void {
    this.#pick.dispose();
  }
}

export function input(options: vscode.InputBoxOptions): Thenable<string | undefined> {
  return vscode.window.showInputBox(plainOptions(options));
}

export function pickFiles(options: vscode.OpenDialogOptions): Thenable<readonly vscode.Uri[] | undefined> {
  return vscode.window.showOpenDialog(plainOptions(options));
}

/** Asks where to save a file; suggests this name in the first folder of the workspace. */
export function pickTarget(name: string, options: vscode.SaveDialogOptions): Thenable<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/');
  return vscode.window.showSaveDialog({ defaultUri: vscode.Uri.joinPath(folder, name), ...plainOptions(options) });
}

function shown<Item extends PickItem>(item: Item): Shown<Item> {
  const { label, icon, description, detail, separator, picked, alwaysShow, buttons } = item;
  return {
    item,
    label: icon === undefined ? plainText(label) : `$(${icon}) ${plainText(label)}`,
    ...(description === undefined ? {} : { description: plainText(description) }),
    ...(detail === undefined ? {} : { detail: plainText(detail) }),
    ...(separator === undefined ? {} : { kind: vscode.QuickPickItemKind.Separator }),
    ...present({ picked, alwaysShow, buttons }),
  };
}

/** The explanatory texts of a dialog; the edited text is not changed. */
function plainOptions<Options extends object>(options: Options): Options {
  const plain = Object.entries(options)
    .filter(([name]) => ['title', 'prompt', 'placeHolder', 'openLabel', 'saveLabel'].includes(name))
    .map(([name, text]) => [name, typeof text === 'string' ? plainText(text) : text] as const);
  return { ...options, ...Object.fromEntries(plain) };
}
