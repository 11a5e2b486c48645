/**
 * What the extension host and the page say to each other. Types only: beside the sentences, both sides import nothing else
 * of each other.
 *
 * The host owns the text; the page is a reader of it. Everything that changes while answers stream travels in
 * `frame`s: at most one is under way, and the next is sent when the page has answered `drawn` (or a deadline passed).
 * An `append` carries the offset it starts at, so a repeated one is ignored and a missing one is noticed and asked
 * for again with `lost`.
 */

import type { PageStrings } from './pageStrings.ts';

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
  /** When a question was asked, in ms since the epoch. */
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

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** `kind`: no model reads this kind of picture. `broken`: it cannot be decoded. */
export type PictureProblem = 'kind' | 'broken' | 'too-large';

/** How large the next prompt is, in tokens. */
export interface PromptSize {
  readonly system: number;
  readonly history: number;
  readonly attachments: number;
  readonly question: number;
  readonly prompt: number;
  /** Kept free for the answer. */
  readonly answer?: number;
  /** What the model can read and write together; left out where it is not known. */
  readonly window?: number;
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

export type NoticeCommand = 'selectModel' | 'removePictures' | 'leaveOut' | 'keepAll' | 'compact';

/** What the questions of a conversation are asked with; what is left out is as the model has it. */
export interface PageParameters {
  readonly temperature?: number;
  readonly topP?: number;
  readonly stop?: readonly string[];
  readonly maxTokens?: number;
  readonly effort?: string;
  readonly verbosity?: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** A text that is being written, and where its caret is. */
export interface WrittenDraft {
  readonly text: string;
  readonly caret: number;
}

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

export type ActionCommand =
  | 'setApiKey'
  | 'selectModel'
  | 'editEndpoint'
  | 'openProxySettings'
  | 'useFoundApi'
  | 'showLog'
  | 'resume'
  | 'regenerate'
  | 'stop'
  | 'sendNow'
  | 'undoCut'
  | 'redoCut'
  | 'editSummary'
  | 'unqueue';

/** What happens to a question that is sent while an answer streams. */
export type Steering = 'wait' | 'interrupt' | 'aside';

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

export type FromPage =
  | { readonly type: 'ready' }
  | { readonly type: 'drawn'; readonly frame: number }
  /** The page holds `have` characters of this part and was sent text from further on. */
  | { readonly type: 'lost'; readonly message: string; readonly part: MessagePart; readonly have: number }
  /** `how`: what happens while an answer streams; the setting decides when it is left out. */
  | { readonly type: 'send'; readonly text: string; readonly how?: Steering }
  /** A question that waits changes its place: -1 is up. */
  | { readonly type: 'moveQueued'; readonly message: string; readonly step: -1 | 1 }
  /** What is in the composer now; the host keeps it. */
  | { readonly type: 'draft'; readonly draft: WrittenDraft }
  | { readonly type: 'stop'; readonly message: string }
  | { readonly type: 'action'; readonly message: string; readonly command: ActionCommand }
  | { readonly type: 'regenerate'; readonly message: string }
  | { readonly type: 'copy'; readonly text: string }
  /** Puts an answer into the editor: the whole of it, also while it still streams. */
  | { readonly type: 'insert'; readonly message: string }
  /** A code block of an answer; `use` says where it goes. */
  | {
      readonly type: 'code';
      readonly use: 'copy' | 'insert' | 'newFile' | 'apply' | 'diagram';
      readonly language: string;
      readonly code: string;
    }
  /** The host asks VS Code to open it, after checking that it is http, https or mailto. */
  | { readonly type: 'open'; readonly href: string }
  /** Asks which of these are files of the workspace; a line may follow a name, as in `src/a.ts:12`. */
  | { readonly type: 'findFiles'; readonly request: number; readonly names: readonly string[] }
  /** Opens such a file at its line; the host looks again whether it is one. */
  | { readonly type: 'openFile'; readonly name: string }
  | { readonly type: 'selectModel' }
  | { readonly type: 'notice'; readonly command: NoticeCommand }
  | { readonly type: 'setParameters'; readonly parameters: PageParameters }
  | { readonly type: 'newChat' }
  | { readonly type: 'history' }
  /** Asks several models the same; which ones, the host asks. */
  | { readonly type: 'compare'; readonly text: string }
  | { readonly type: 'pick'; readonly message: string }
  /** Opens the conversation in an editor tab, where answers to compare have room. */
  | { readonly type: 'sideBySide' }
  /** Shows which words differ between this answer and another one to the same question. */
  | { readonly type: 'compareWords'; readonly message: string }
  /** A question in other words. */
  | { readonly type: 'edit'; readonly message: string; readonly text: string }
  | { readonly type: 'fork'; readonly message: string }
  | { readonly type: 'version'; readonly message: string; readonly step: -1 | 1 }
  /** Looks for what can be attached, or for slash commands; `request` counts up, so that a late answer is known as such. */
  | { readonly type: 'find'; readonly what: 'attachments' | 'commands'; readonly request: number; readonly words: string }
  | { readonly type: 'attach'; readonly target: string }
  /** A file that was dropped from outside the window. */
  | { readonly type: 'attachBytes'; readonly name: string; readonly bytes: Uint8Array }
  /** A picture, ready to be sent. */
  | {
      readonly type: 'attachPicture';
      readonly name: string;
      readonly mime: string;
      readonly bytes: Uint8Array;
      readonly width: number;
      readonly height: number;
      readonly thumbnail: string;
      /** Only its first frame is here. */
      readonly animated: boolean;
      readonly from?: PictureSize;
    }
  | { readonly type: 'refusePicture'; readonly name: string; readonly problem: PictureProblem }
  /** Shows a picture in its own size; `message` names the question that it belongs to, which the composer has not. */
  | { readonly type: 'openPicture'; readonly attachment: string; readonly message?: string }
  | { readonly type: 'detach'; readonly attachment: string }
  /** Connects the server that this text speaks of. */
  | { readonly type: 'connect'; readonly text: string }
  | { readonly type: 'addEndpoint' };

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
