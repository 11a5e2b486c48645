/**
 * The messages between the extension host and the page. Types only: the page must not load the host's code.
 *
 * The host owns the text; the page is a reader of it. Everything that changes while answers stream travels in
 * `frame`s: at most one is under way, and the next is sent when the page has answered `drawn` (or a deadline passed).
 * An `append` carries the offset it starts at, so a repeated one is ignored and a missing one is noticed and asked
 * for again with `lost`.
 */

import type { FromPage } from './pageMessages.ts';
import type { PageStrings } from './pageStrings.ts';

export type { FromPage };
type Sent<Type extends FromPage['type']> = Extract<FromPage, { type: Type }>;

export type MessageState = 'streaming' | 'done' | 'stopped' | 'limit' | 'truncated' | 'error' | 'waiting';

/** The two texts of an answer that grow on their own. */
export type MessagePart = 'text' | 'reasoning';

/** Where a broken answer was joined: an offset in its text, or in its reasoning. */
export interface Seam {
  readonly at: number;
  readonly part?: 'reasoning';
  /** The model was asked from the start: what stands before is an attempt that was lost, and its cost in tokens. */
  readonly anew?: { readonly prompt: number; readonly completion: number };
  /** The model that continues from here, where it is another one. */
  readonly model?: string;
}

export interface PageMessage {
  readonly id: string;
  readonly role: 'user' | 'assistant';
  /** Shown, and the accessible name: "You" (localised) or the model. */
  readonly author: string;
  readonly text: string;
  readonly reasoning: string;
  readonly seams: readonly Seam[];
  readonly status: Status;
  /** Which version of this message is shown, of how many. */
  readonly versions?: { readonly index: number; readonly count: number };
  /** One of several answers side by side, of which none is picked yet. */
  readonly compared?: boolean;
  /** A question that waits for the answer before it. */
  readonly queued?: boolean;
  readonly attachments?: readonly PageAttachment[];
  /** It sums up what was said before, and stands for it in later prompts. */
  readonly summary?: boolean;
  /** When the question was asked, or the answer asked for, in ms since the epoch. */
  readonly askedAt?: number;
}

/** What goes along with a question, as a chip. */
export interface PageAttachment {
  readonly id: string;
  readonly name: string;
  /** An estimate. */
  readonly tokens: number;
  readonly picture?: PagePicture;
  /** Instructions of the workspace, not a file that a person has attached. */
  readonly instructions?: true;
}

export interface PagePicture {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** A small one of it, as a `data:` address. */
  readonly thumbnail: string;
  /** What it measured before it was made smaller. */
  readonly from?: PictureSize;
}

export type PictureSize = NonNullable<Sent<'attachPicture'>['from']>;

/** `kind`: no model reads this kind of picture. `broken`: it cannot be decoded. */
export type PictureProblem = Sent<'refusePicture'>['problem'];

/** How large the next prompt is, in tokens. */
export interface PromptSize {
  readonly system: number;
  readonly history: number;
  readonly attachments: number;
  readonly question: number;
  /** What is sent: all of the above and what the chat format adds. */
  readonly prompt: number;
  /** Kept free for the answer; missing if the window is unknown. */
  readonly answer?: number;
  /** What the model can read and write together; missing if unknown. */
  readonly window?: number;
  /** Counted with the model's own tokenizer. */
  readonly exact: boolean;
  readonly state: 'fits' | 'near' | 'over';
}

/** A sentence above the box about the next prompt, and what can be done. */
export interface ComposerNotice {
  readonly text: string;
  readonly actions: readonly { readonly label: string; readonly command: NoticeCommand }[];
  /** Nothing is sent until one of the actions was chosen; `anyway`: or this, which sends it as it is. */
  readonly blocking: boolean;
  readonly anyway?: string;
}

export type NoticeCommand = Sent<'notice'>['command'];

/** What the questions of a conversation are asked with; what is left out is as the model has it. */
export type PageParameters = Sent<'setParameters'>['parameters'];

/** A text that is being written, and where its caret is. */
export type WrittenDraft = Sent<'draft'>['draft'];

/** Something that can be attached, offered while a person writes `#…`; or a slash command. */
export interface MentionOffer {
  /** What `attach` gives back: a URI, or `selection`. */
  readonly target: string;
  readonly label: string;
  /** Where it is. */
  readonly detail: string;
  /** What is written in place of the words, where nothing is attached. */
  readonly insert?: string;
}

export interface Status {
  readonly state: MessageState;
  /** One sentence about what happened, and what can be done about it. */
  readonly note?: Note;
  /** It ended in a way after which its rest can be asked for. */
  readonly resumable?: boolean;
  /** How long the model thought, as a localised sentence. */
  readonly reasoning?: string;
  /** What the answer refers to: addresses of the web, which the host opens. */
  readonly sources?: readonly { readonly url: string; readonly title: string }[];
  /** The small line under an answer: tokens, speed, cost; already localised. */
  readonly footer?: string;
}

export interface Note {
  readonly text: string;
  readonly actions: readonly Action[];
  /** While `waiting`: when the next attempt starts, in ms since the epoch; the page counts down to it. */
  readonly until?: number;
}

/** A button of ours: `command` is one of a closed list that the host maps to work; never text of a model. */
export interface Action {
  readonly label: string;
  readonly command: ActionCommand;
}

export type ActionCommand = Sent<'action'>['command'];

/** What happens to a question that is sent while an answer streams. */
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
  /** As people read it: "Demo (offline, no model)" for the demo endpoint. */
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
  /** What is shown has another id from now on. */
  | { readonly type: 'conversation'; readonly id: string }
  | { readonly type: 'frame'; readonly frame: number; readonly changes: readonly PageChange[] }
  | { readonly type: 'model'; readonly model: ModelLabel }
  /** All that will go along with the next question. */
  | { readonly type: 'attached'; readonly attachments: readonly PageAttachment[] }
  /** `efforts`: the words that the selected model knows for how much it thinks, least first. */
  | { readonly type: 'parameters'; readonly parameters: PageParameters; readonly efforts: readonly string[] }
  /** Left out while there is nothing to send, or nothing to say. */
  | { readonly type: 'promptSize'; readonly size?: PromptSize; readonly notice?: ComposerNotice }
  /** A file turned out to be a picture: the page makes it ready and gives it back with `attachPicture`. */
  | { readonly type: 'picture'; readonly name: string; readonly bytes: Uint8Array }
  /** Answers the `find` of the same number. */
  | { readonly type: 'offers'; readonly request: number; readonly offers: readonly MentionOffer[] }
  /** Answers the `findFiles` of the same number: which of its names are files of the workspace. */
  | { readonly type: 'filesFound'; readonly request: number; readonly found: readonly boolean[] }
  /** Adds a text to the one in the composer. */
  | { readonly type: 'draft'; readonly text: string }
  /** What was being written here before the page was made anew. */
  | { readonly type: 'restore'; readonly draft: WrittenDraft }
  /** Puts the keyboard into the composer; sent only after a person's own action. */
  | { readonly type: 'focus' }
  /** What became of what was pasted to connect a server: a sentence, or empty where nothing is to be said. */
  | { readonly type: 'connection'; readonly text: string }
  /** Opens find in the conversation. */
  | { readonly type: 'openFind'; readonly words?: string }
  /** Shows a question: from where the reader is, or by its id. */
  | { readonly type: 'goTo'; readonly question: 'next' | 'previous' | { readonly id: string } };

/** Embedded in the page as inert JSON, read once when it starts. */
export interface PageBoot {
  readonly strings: PageStrings;
  /** A screen reader reads each paragraph of an answer. */
  readonly readParagraphs: boolean;
  /** Prompts for the demo, sent by a click while the conversation is empty. */
  readonly examples: readonly string[];
  /** Beginnings of questions for other models, put into the composer by a click. */
  readonly openings: readonly string[];
}
