/** Drafts: text and attachments, stored by place; they survive the page and a reload of the window. */
import type * as vscode from 'vscode';
import type { Attachment, Picture } from '../../../core/chat/entries.ts';
import type { WrittenDraft } from '../../../core/chat/page/protocol.ts';

type Kept<Value> = Readonly<Record<string, Value>>;

/** Stored separately: the text changes with each keystroke, and attachments may be long. */
const textsKey = 'rivulet.drafts';
const attachmentsKey = 'rivulet.draftAttachments';
const picturesKey = 'rivulet.draftPictures';
const nothing: WrittenDraft = { text: '', caret: 0 };

export class Drafts {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  written(place: string): WrittenDraft {
    return this.#all<WrittenDraft>(textsKey)[place] ?? nothing;
  }

  attachments(place: string): readonly Attachment[] {
    return this.#all<readonly Attachment[]>(attachmentsKey)[place] ?? [];
  }

  /** Without the bytes, which are stored in files. */
  pictures(place: string): readonly Picture[] {
    return this.#all<readonly Picture[]>(picturesKey)[place] ?? [];
  }

  write(place: string, draft: WrittenDraft): void {
    this.#set(textsKey, place, draft.text === '' ? undefined : draft);
  }

  attach(place: string, attachments: readonly Attachment[], pictures: readonly Picture[]): void {
    this.#set(attachmentsKey, place, attachments.length === 0 ? undefined : attachments);
    this.#set(picturesKey, place, pictures.length === 0 ? undefined : pictures);
  }

  /** Moves a draft to another place, before the draft there. */
  move(from: string, to: string): void {
    const taken = this.written(from);
    const there = this.written(to);
    if (taken.text !== '') this.write(to, there.text === '' ? taken : { text: `${taken.text}\n${there.text}`, caret: taken.caret });
    const kept = this.attachments(to);
    const names = new Set(kept.map(({ name }) => name));
    const attachments = [...kept, ...this.attachments(from).filter(({ name }) => !names.has(name))];
    this.attach(to, attachments, [...this.pictures(to), ...this.pictures(from)]);
    this.delete(from);
  }

  delete(place: string): void {
    this.write(place, nothing);
    this.attach(place, [], []);
  }

  #all<Value>(key: string): Kept<Value> {
    return this.#memory.get<Kept<Value>>(key, {});
  }

  #set(key: string, place: string, value: unknown): void {
    const { [place]: before, ...others } = this.#all<unknown>(key);
    if (before === undefined && value === undefined) return;
    void this.#memory.update(key, value === undefined ? others : { ...others, [place]: value });
  }
}
