/** The list of conversations: search by title and text, open, rename, pin, delete. */
import * as vscode from 'vscode';
import type { IndexedConversation } from '../../../node/disk/conversationIndex.ts';
import type { ConversationStore } from '../../../node/disk/conversationStore.ts';
import * as notify from '../../ui/notify.ts';
import type { StoredList } from '../../settings/storedList.ts';
import { input, LivePick, type PickItem } from '../../ui/pick.ts';

interface Item extends PickItem {
  readonly id?: string;
  readonly title?: string;
}

/** Minimum number of letters for a search in texts. */
const searchFrom = 3;

/** Resolves to the conversation to open, and the words found in its text. */
export async function pickConversation(
  conversations: ConversationStore,
  pins: StoredList,
): Promise<{ readonly id: string; readonly words?: string } | undefined> {
  const { t } = vscode.l10n;
  const pick = new LivePick<Item>({ title: t('Conversations') });
  const buttons = {
    pin: { iconPath: new vscode.ThemeIcon('pin'), tooltip: t('Pin') },
    unpin: { iconPath: new vscode.ThemeIcon('pinned'), tooltip: t('Unpin') },
    rename: { iconPath: new vscode.ThemeIcon('edit'), tooltip: t('Rename') },
    delete: { iconPath: new vscode.ThemeIcon('trash'), tooltip: t('Delete') },
  };
  let listed: readonly IndexedConversation[] = [];
  const found = new Map<string, string>();
  let searched = '';
  let searching = new AbortController();
  /** Hidden temporarily by another dialog. */
  let elsewhere = false;
  const draw = (): void => {
    pick.items = withDays(listed, pins, (one) => {
      const snippet = found.get(one.id);
      return {
        id: one.id,
        title: one.title,
        label: one.title === '' ? t('Untitled') : one.title,
        ...iconOf(conversations, one.id),
        description: timeOf(one.changedAt),
        buttons: [pins.has(one.id) ? buttons.unpin : buttons.pin, buttons.rename, buttons.delete],
        ...(snippet === undefined ? {} : { detail: snippet, alwaysShow: true }),
      };
    });
  };
  const read = async (): Promise<void> => {
    pick.busy = true;
    listed = await conversations.list();
    pick.placeholder = listed.length === 0 ? t('There are no conversations in this workspace yet') : t('Search titles and texts');
    draw();
    pick.busy = false;
  };
  const search = async (words: string): Promise<void> => {
    searching.abort();
    searching = new AbortController();
    const { signal } = searching;
    searched = words.trim();
    found.clear();
    if (words.trim().length < searchFrom) return draw();
    pick.busy = true;
    for await (const { id, snippet } of conversations.search(words.trim(), signal)) {
      if (signal.aborted) return;
      found.set(id, snippet);
    }
    if (signal.aborted) return;
    draw();
    pick.busy = false;
  };
  const change = async ({ id, title = '' }: Item, button: vscode.QuickInputButton): Promise<void> => {
    if (id === undefined) return;
    if (button === buttons.pin || button === buttons.unpin) {
      await pins.toggle(id);
      return draw();
    }
    elsewhere = true;
    if (button === buttons.rename) await renameConversation(conversations, id, title);
    else await deleteConversation(conversations, id, title);
    elsewhere = false;
    pick.show();
    await read();
  };
  pick.onValue((words) => void search(words));
  pick.onButton((item, button) => void change(item, button));
  const chosen = pick.chosen(() => elsewhere);
  pick.show();
  void read();
  const id = (await chosen)?.id;
  searching.abort();
  pick.dispose();
  return id === undefined ? undefined : { id, ...(found.has(id) ? { words: searched } : {}) };
}

export async function renameConversation(conversations: ConversationStore, id: string, title: string): Promise<void> {
  const { t } = vscode.l10n;
  const prompt = t('Leave it empty to use the first question as the title.');
  const named = await input({ title: t('Rename Conversation'), value: title, prompt });
  if (named !== undefined) await conversations.rename(id, named);
}

export async function deleteConversation(conversations: ConversationStore, id: string, title: string): Promise<void> {
  const { t } = vscode.l10n;
  const remove = t('Delete');
  const detail = t("It will be deleted from this computer. You can't undo this.");
  const answer = await notify.ask(t('Delete the conversation "{0}"?', title), detail, remove);
  if (answer === remove) await conversations.delete(id);
}

/** Items grouped by day, pinned ones first. */
function withDays(listed: readonly IndexedConversation[], pins: StoredList, itemOf: (one: IndexedConversation) => Item): Item[] {
  const pinned = listed.filter(({ id }) => pins.has(id));
  const items: Item[] = pinned.length === 0 ? [] : [{ label: vscode.l10n.t('Pinned'), separator: true }, ...pinned.map(itemOf)];
  let day = '';
  for (const one of listed) {
    if (pins.has(one.id)) continue;
    const its = dayName(one.changedAt, Date.now());
    if (its !== day) items.push({ label: its, separator: true });
    day = its;
    items.push(itemOf(one));
  }
  return items;
}

/** Whether one of its answers is running, or it is open. */
function iconOf(conversations: ConversationStore, id: string): { readonly icon?: string } {
  const conversation = conversations.openConversations.find((each) => each.id === id);
  return conversation === undefined ? {} : { icon: conversation.busy ? 'loading~spin' : 'comment' };
}

function dayName(ms: number, nowMs: number): string {
  const day = (time: number): string => new Date(time).toLocaleDateString(vscode.env.language, { dateStyle: 'long' });
  const yesterday = new Date(nowMs);
  yesterday.setDate(yesterday.getDate() - 1);
  if (day(ms) === day(nowMs)) return vscode.l10n.t('Today');
  return day(ms) === day(yesterday.getTime()) ? vscode.l10n.t('Yesterday') : day(ms);
}

export function timeOf(ms: number): string {
  return new Date(ms).toLocaleTimeString(vscode.env.language, { timeStyle: 'short' });
}
