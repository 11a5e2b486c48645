/**
 * The messages between the extension host and the page. Types only: the page must not load the host's code.
 *
 * The host owns the text and the page reads it. Changes travel in `frame`s, at most one at a time: the next is sent once
 * the page has answered `drawn` or a deadline has passed. Each `append` carries its start offset, so that the page ignores
 * repeated text and requests missing text with `lost`.
 */

import type { FromPage } from './pageMessages.ts';
import type { PageStrings } from './pageStrings.ts';
import type { PictureSize } from '../pictures/pictureSize.ts';

export type { FromPage };
type Sent<Type extends FromPage['type']> = Extract<FromPage, { type: Type }>;

export type MessageState = 'streaming' | 'done' | 'stopped' | 'limit' | 'truncated' | 'error' | 'waiting';

/** The two texts of an answer that grow independently. */
export type MessagePart = 'text' | 'reasoning';

/** Where an interrupted answer continues: an offset in its text or reasoning. */
export interface Seam {
  readonly at: number;
  readonly part?: 'reasoning';
  /** The answer was requested from the start again; the lost attempt before it cost these tokens. */
  readonly anew?: { readonly prompt: number; readonly completion: number };
  /** The model that continues from here, if it is another one. */
  readonly model?: string;
}

export interface PageMessage {
  readonly id: string;
  readonly role: 'user' | 'assistant';
  /** Also the accessible name: "You", translated, or the model. */
  readonly author: string;
  readonly text: string;
  readonly reasoning: string;
  /** The rest of its texts follows, and then its status again. */
  readonly partial?: true;
  readonly seams: readonly Seam[];
  readonly status: Status;
  /** The version shown, counted from 1. */
  readonly versions?: { readonly index: number; readonly count: number };
  /** Belongs to a comparison that awaits a choice. */
  readonly compared?: boolean;
  /** A question that waits for the running answer. */
  readonly queued?: boolean;
  readonly attachments?: readonly PageAttachment[];
  /** A summary, which replaces earlier messages in later prompts. */
  readonly summary?: boolean;
  /** When the question was asked or the answer was requested, in ms since the epoch. */
  readonly askedAt?: number;
}

/** An attachment, shown as a chip. */
export interface PageAttachment {
  readonly id: string;
  readonly name: string;
  /** Estimated. */
  readonly tokens: number;
  readonly picture?: PagePicture;
  /** Instructions of the workspace; the user did not attach them. */
  readonly instructions?: true;
}

export interface PagePicture {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** A small version, as a `data:` URL. */
  readonly thumbnail: string;
  /** The size before it was made smaller. */
  readonly from?: PictureSize;
}

/** `kind`: no model reads this format. `broken`: it cannot be decoded. */
export type PictureProblem = Sent<'refusePicture'>['problem'];

/** The size of the next prompt, in tokens. */
export interface PromptSize {
  readonly system: number;
  readonly history: number;
  readonly attachments: number;
  readonly question: number;
  /** All of the above plus the tokens of the chat format. */
  readonly prompt: number;
  /** Reserved for the answer; undefined if the window is unknown. */
  readonly answer?: number;
  /** The context window, for prompt and answer; undefined if unknown. */
  readonly window?: number;
  /** Counted with the model's own tokenizer. */
  readonly exact: boolean;
  readonly state: 'fits' | 'near' | 'over';
}

/** A sentence above the message box about the next prompt, with its remedies. */
export interface ComposerNotice {
  readonly text: string;
  readonly actions: readonly { readonly label: string; readonly command: NoticeCommand }[];
  /** Nothing is sent until an action is chosen. `anyway` is the label of the one that sends the prompt unchanged. */
  readonly blocking: boolean;
  readonly anyway?: string;
}

export type NoticeCommand = Sent<'notice'>['command'];

/** The parameters of a conversation; those left out have the model's defaults. */
export type PageParameters = Sent<'setParameters'>['parameters'];

/** The unsent text of the message box, with its caret. */
export type WrittenDraft = Sent<'draft'>['draft'];

/** A suggestion while the user types `#…` or `/…`. */
export interface MentionOffer {
  /** The argument of `attach`: a URI, or `selection`. */
  readonly target: string;
  readonly label: string;
  /** Its folder, or a description. */
  readonly detail: string;
  /** The text that replaces the typed word, if nothing is attached. */
  readonly insert?: string;
}

export interface Status {
  readonly state: MessageState;
  /** What happened, and the remedies. */
  readonly note?: Note;
  /** Resume can continue it. */
  readonly resumable?: boolean;
  /** The reasoning time, as a translated sentence. */
  readonly reasoning?: string;
  /** The web pages that the answer cites; the host opens them. */
  readonly sources?: readonly { readonly url: string; readonly title: string }[];
  /** The line under an answer, translated: tokens, speed, cost. Empty if nothing is known. */
  readonly footer?: string;
}

export interface Note {
  readonly text: string;
  readonly actions: readonly Action[];
  /** While `waiting`: the start of the next attempt, in ms since the epoch; the page counts down to it. */
  readonly until?: number;
}

/** A button. `command` comes from a closed list and never from a model. */
export interface Action {
  readonly label: string;
  readonly command: ActionCommand;
}

export type ActionCommand = Sent<'action'>['command'];

/** What happens to a question sent while an answer streams. */
export type Steering = NonNullable<Sent<'send'>['how']>;

export type PageChange =
  | { readonly type: 'add'; readonly message: PageMessage }
  | {
      readonly type: 'append';
      readonly message: string;
      readonly part: MessagePart;
      /** Offset in the part at which `text` starts, in UTF-16 units. */
      readonly at: number;
      readonly text: string;
    }
  | { readonly type: 'status'; readonly message: string; readonly status: Status }
  | { readonly type: 'seam'; readonly message: string; readonly seam: Seam }
  | { readonly type: 'remove'; readonly message: string };

export interface ModelLabel {
  /** `"<endpoint id>/<model>"`. */
  readonly id: string;
  /** The name shown, such as "Demo (offline, no model)". */
  readonly label: string;
}

export type ToPage =
  | {
      readonly type: 'reset';
      readonly conversation: string;
      readonly title: string;
      readonly messages: readonly PageMessage[];
      readonly model: ModelLabel;
    }
  /** More rows of a conversation that is too long for one message. */
  | { readonly type: 'rows'; readonly messages: readonly PageMessage[] }
  /** The conversation shown has a new id. */
  | { readonly type: 'conversation'; readonly id: string }
  | { readonly type: 'frame'; readonly frame: number; readonly changes: readonly PageChange[] }
  | { readonly type: 'model'; readonly model: ModelLabel }
  /** All attachments of the next question. */
  | { readonly type: 'attached'; readonly attachments: readonly PageAttachment[] }
  /** `efforts`: the reasoning efforts of the selected model, lowest first. */
  | { readonly type: 'parameters'; readonly parameters: PageParameters; readonly efforts: readonly string[] }
  /** `size` is undefined while there is nothing to send, `notice` while there is nothing to report. */
  | { readonly type: 'promptSize'; readonly size?: PromptSize; readonly notice?: ComposerNotice }
  /** A file is a picture: the page prepares it and returns it with `attachPicture`. */
  | { readonly type: 'picture'; readonly name: string; readonly bytes: Uint8Array }
  /** Answers the `find` of the same number. */
  | { readonly type: 'offers'; readonly request: number; readonly offers: readonly MentionOffer[] }
  /** Answers the `findFiles` of the same number: whether each name is a file of the workspace. */
  | { readonly type: 'filesFound'; readonly request: number; readonly found: readonly boolean[] }
  /** Appends a text to the message box. */
  | { readonly type: 'draft'; readonly text: string }
  /** The unsent text from before the page was reloaded. */
  | { readonly type: 'restore'; readonly draft: WrittenDraft }
  /** Moves the focus to the message box; sent only after an action of the user. */
  | { readonly type: 'focus' }
  /** The outcome of connecting a server, as a sentence; empty if there is nothing to report. */
  | { readonly type: 'connection'; readonly text: string }
  /** Opens Find in the conversation. */
  | { readonly type: 'openFind'; readonly words?: string }
  /** Scrolls to a question: relative to the one in view, or by id. */
  | { readonly type: 'goTo'; readonly question: 'next' | 'previous' | { readonly id: string } };

/** Embedded in the page as JSON that is not executed; read once at the start. */
export interface PageBoot {
  readonly strings: PageStrings;
  /** Whether screen readers announce each paragraph of an answer. */
  readonly readParagraphs: boolean;
  /** Prompts for the demo, sent by a click while the conversation is empty. */
  readonly examples: readonly string[];
  /** Beginnings of questions for other models; a click puts them into the message box. */
  readonly openings: readonly string[];
}
