/** The draft of a page: text, attachments and pictures, stored by place. */
import * as vscode from 'vscode';
import type { Conversation } from '../../../core/chat/conversation.ts';
import type { Attachment, Cut, Draft, Picture } from '../../../core/chat/entries.ts';
import { pageAttachments } from '../../../core/chat/page/pageAttachments.ts';
import type { FromPage, PageAttachment, PictureProblem, PromptSize, ToPage } from '../../../core/chat/page/protocol.ts';
import { mostPicturePixels, pictureKind } from '../../../core/chat/pictures/pictureKind.ts';
import { DraftCounter } from '../../../core/tokens/draftCounter.ts';
import type { PictureFiles } from '../../../node/disk/pictureFiles.ts';
import type { Endpoints } from '../../models/endpoints.ts';
import type { LiveSettings } from '../../settings/liveSettings.ts';
import * as notify from '../../ui/notify.ts';
import type { Drafts } from './drafts.ts';
import type { AttachResult, Attachments } from '../files/attachments.ts';
import type { InstructionChoices } from '../files/instructionChoices.ts';
import type { Instruction } from '../files/instructions.ts';
import { leaveOut, noticeOf } from './nextPrompt.ts';
import type { PromptGauge } from './promptGauge.ts';
import { present } from '../../../core/present.ts';

export interface PageDraftPorts {
  readonly attaching: Attachments;
  readonly drafts: Drafts;
  readonly pictures: PictureFiles;
  readonly gauge: PromptGauge;
  readonly instructions: InstructionChoices;
  readonly settings: LiveSettings;
  readonly endpoints: Endpoints;
}

export interface PageDraftPage {
  /** Undefined until the first conversation is loaded. */
  readonly conversation: () => Conversation | undefined;
  readonly isReady: () => boolean;
  readonly post: (message: ToPage) => void;
}

type ReadyPicture = Extract<FromPage, { type: 'attachPicture' }>;

export class PageDraft {
  readonly #ports: PageDraftPorts;
  readonly #page: PageDraftPage;
  /** The key under which the draft is stored. */
  #place: string;
  /** The cut that the next question makes. */
  #cut: Cut | undefined;
  #size: PromptSize | undefined;
  readonly #counter = new DraftCounter();
  /** Measures again in the next turn. */
  #measuring: NodeJS.Immediate | undefined;
  /** Pictures found before the page was ready to prepare them. */
  #unready: Extract<ToPage, { type: 'picture' }>[] = [];

  constructor(ports: PageDraftPorts, page: PageDraftPage, place: string) {
    this.#ports = ports;
    this.#page = page;
    this.#place = place;
  }

  /** Sends the stored draft to a page that is new, or whose draft was moved away. */
  show(): void {
    this.#page.post({ type: 'restore', draft: this.#ports.drafts.written(this.#place) });
    this.showAttachments();
    for (const picture of this.#unready.splice(0)) this.#page.post(picture);
  }

  /** Moves the draft to another place. The page appends the draft stored there, because its own may be newer than the stored one. */
  moveTo(place: string): void {
    if (place === this.#place) return;
    const { text } = this.#ports.drafts.written(place);
    this.#ports.drafts.move(this.#place, place);
    this.#place = place;
    if (this.#page.isReady() && text !== '') this.#page.post({ type: 'draft', text });
  }

  /** Hands the draft to the page that opens next for this place. */
  giveTo(place: string): void {
    if (place === this.#place) return;
    this.#ports.drafts.move(this.#place, place);
    this.show();
  }

  write(draft: Extract<FromPage, { type: 'draft' }>['draft']): void {
    this.#ports.drafts.write(this.#place, draft);
    this.measure();
  }

  /** Adds an attachment, or explains why it cannot be added. */
  attach(attached: AttachResult): void {
    if ('problem' in attached) return void notify.warning(attached.problem);
    if ('picture' in attached) {
      const message = { type: 'picture', ...attached.picture } as const;
      if (this.#page.isReady()) this.#page.post(message);
      else this.#unready.push(message);
      return;
    }
    if (attached.warning !== undefined) void notify.warning(attached.warning);
    const { attachment } = attached;
    // A workspace file that is attached again replaces the older version. An external file of the same name is another file.
    const others = this.#attachments.filter(
      ({ id, name, text }) => name !== attachment.name || (id.startsWith(outside) && text !== attachment.text),
    );
    const name = free(attachment.name, (tried) => others.some((other) => other.name === tried));
    this.#set({ attachments: [...others, { ...attachment, name }] });
  }

  /** External files have no address: the same name with another text is another file. */
  async attachBytes(given: string, bytes: Uint8Array): Promise<void> {
    const attached = await this.#ports.attaching.bytes(given, bytes);
    if (!('attachment' in attached)) return this.attach(attached);
    const { attachment } = attached;
    const name = free(given, (tried) => this.#attachments.some((other) => other.name === tried && other.text !== attachment.text));
    this.attach({ ...attached, attachment: { ...attachment, id: outside + attachment.id, name } });
  }

  attachPicture({ name: given, mime, bytes, width, height, thumbnail, animated, from }: ReadyPicture): void {
    if (pictureKind(bytes)?.mime !== mime) return this.refusePicture(given, 'broken');
    const file = this.#ports.pictures.add(crypto.randomUUID(), mime, bytes);
    const name = free(given, (tried) => this.#pictures.some((other) => other.name === tried));
    const size = { width, height, bytes: bytes.length };
    const picture: Picture = { type: 'image', mime, file, name, ...size, thumbnail, ...present({ from }) };
    if (animated) void notify.information(vscode.l10n.t('{0} is animated. Models read one frame, so only the first is attached.', name));
    this.#set({ pictures: [...this.#pictures, picture] });
  }

  refusePicture(name: string, problem: PictureProblem): void {
    void notify.warning(refusal(name, problem));
  }

  detach(id: string): void {
    const conversation = this.#page.conversation();
    if (conversation !== undefined && this.#ports.instructions.remove(conversation.id, id)) return this.showAttachments();
    if (this.#pictures.some(({ file }) => file === id)) this.#ports.pictures.removeDraft(id);
    this.#set({
      attachments: this.#attachments.filter((attachment) => attachment.id !== id),
      pictures: this.#pictures.filter(({ file }) => file !== id),
    });
  }

  /** @param message the question that the picture belongs to; undefined for this draft */
  openPicture(file: string, message: string | undefined): void {
    const conversation = message === undefined ? undefined : this.#page.conversation()?.id;
    const path = this.#ports.pictures.pathOf(conversation, file);
    if (path === undefined) return void notify.warning(vscode.l10n.t('The file of this picture is gone.'));
    void vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path));
  }

  /** Takes the draft for a question in this conversation; undefined if there is nothing to ask. */
  take(text: string, conversation: Conversation): Draft | undefined {
    const [attachments, pictures] = [this.#attachments, this.#pictures];
    if (text.trim() === '' && pictures.length === 0) {
      void notify.information(vscode.l10n.t('Type a question first.'));
      return undefined;
    }
    const cut = conversation.thread.some(({ id }) => id === this.#cut?.upTo) ? this.#cut : undefined;
    this.#cut = undefined;
    this.#set({ attachments: [], pictures: [] });
    for (const { file } of pictures) this.#ports.pictures.send(conversation.id, file);
    return { text, attachments, ...(pictures.length === 0 ? {} : { pictures }), ...present({ cut }) };
  }

  removePictures(): void {
    for (const { file } of this.#pictures) this.#ports.pictures.removeDraft(file);
    this.#set({ pictures: [] });
  }

  takeBack(draft: Draft | undefined, conversation: Conversation): void {
    if (draft === undefined) return;
    if (draft.text !== '') this.#page.post({ type: 'draft', text: draft.text });
    const { attachments, pictures = [] } = draft;
    for (const { file } of pictures) this.#ports.pictures.takeBack(conversation.id, file);
    this.#set({ attachments: [...this.#attachments, ...attachments], pictures: [...this.#pictures, ...pictures] });
  }

  showAttachments(): void {
    const { gauge, settings } = this.#ports;
    const { model } = settings.now();
    const instructions = this.#instructions.map(({ id, name, text }): PageAttachment => {
      return { id, name, tokens: gauge.count(model, text), instructions: true };
    });
    this.#page.post({ type: 'attached', attachments: [...instructions, ...pageAttachments(this.#draft, model)] });
    this.measure();
  }

  /** Sends the size of the next prompt to the page. */
  measure(): void {
    const conversation = this.#page.conversation();
    if (!this.#page.isReady() || conversation === undefined) return;
    const { drafts, endpoints, gauge, settings } = this.#ports;
    const { text } = drafts.written(this.#place);
    const { model } = settings.now();
    const next = { ...this.#draft, model, conversation, text, instructions: this.#instructions, cut: this.#cut, counter: this.#counter };
    const size = gauge.measure(next, () => {
      clearImmediate(this.#measuring);
      this.#measuring = setImmediate(() => this.measure());
    });
    this.#size = size;
    const notice = noticeOf({
      model: endpoints.label(model),
      vision: endpoints.factsOf(model).facts.vision,
      draftPictures: this.#pictures.length,
      historyPictures: conversation.thread.flatMap((entry) => (entry.role === 'user' ? (entry.pictures ?? []) : [])).length,
      leftOut: this.#cut === undefined ? 0 : conversation.thread.findIndex(({ id }) => id === this.#cut?.upTo) + 1,
      size,
    });
    this.#page.post({ type: 'promptSize', ...present({ size, notice }) });
  }

  /** Leaves older messages out of the next prompt. */
  leaveOut(conversation: Conversation): void {
    const { model } = this.#ports.settings.now();
    this.#cut = this.#size === undefined ? undefined : leaveOut(this.#ports.gauge, model, conversation, this.#size);
    this.measure();
  }

  keepAll(): void {
    this.#cut = undefined;
    this.measure();
  }

  get #draft(): { readonly attachments: readonly Attachment[]; readonly pictures: readonly Picture[] } {
    return { attachments: this.#attachments, pictures: this.#pictures };
  }

  get #attachments(): readonly Attachment[] {
    return this.#ports.drafts.attachments(this.#place);
  }

  get #pictures(): readonly Picture[] {
    return this.#ports.drafts.pictures(this.#place);
  }

  get #instructions(): readonly Instruction[] {
    const conversation = this.#page.conversation();
    return conversation === undefined ? [] : this.#ports.instructions.of(conversation.id);
  }

  #set({ attachments = this.#attachments, pictures = this.#pictures }: Partial<Pick<Draft, 'attachments' | 'pictures'>>): void {
    this.#ports.drafts.attach(this.#place, attachments, pictures);
    this.showAttachments();
  }
}

function refusal(name: string, problem: PictureProblem): string {
  const { t } = vscode.l10n;
  switch (problem) {
    case 'kind':
      return t('Models cannot read the format of {0}. Attach the picture as PNG, JPEG, GIF, or WebP.', name);
    case 'broken':
      return t('{0} is damaged and cannot be read.', name);
    case 'too-large':
      return t('{0} is too large, even with {1} pixels on its longer side. Attach the part that matters.', name, mostPicturePixels);
    default:
      return problem satisfies never;
  }
}

/** Prefix of the ids of external files. */
const outside = 'outside-';

/** The name, with a number appended if it is taken. */
function free(name: string, isTaken: (name: string) => boolean): string {
  let tried = name;
  for (let count = 2; isTaken(tried); count++) tried = `${name} (${count})`;
  return tried;
}
