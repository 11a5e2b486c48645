/** Answers in the editor: at the cursor, in place of a selection, below a question, and in the message box of source control. */
import * as vscode from 'vscode';
import { loadTextMate } from '../../node/textmate.ts';
import type { Feature } from '../feature.ts';
import { LanguageContributions } from '../languages/contributions.ts';
import { CursorScanner } from '../languages/cursorScanner.ts';
import { Grammars } from '../languages/grammars.ts';
import type { Answers } from '../models/answers.ts';
import type { Runtime } from '../runtime/createRuntime.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import type { InsertOptions } from '../ui/answerResult.ts';
import { aText, options } from '../ui/arguments.ts';
import * as notify from '../ui/notify.ts';
import type { AppliedBlock } from './applyToFile.ts';
import { registerCodeActions } from './codeActions.ts';
import { writeCommitMessage } from './commitMessage.ts';
import { Inserter, type InserterPorts, type PanelText } from './inserter.ts';
import { openNewFile } from './newFile.ts';

export interface Insert extends Feature {
  /** Puts a text of the panel into the editor. */
  insert(text: PanelText): Promise<void>;
}

/** What the insertions need from the chat. */
export interface PanelPorts {
  readonly showInPanel: InserterPorts['keepInPanel'];
  /** The code block of the conversation with this code, or the newest one. */
  blockOf(code: string | undefined, info: string): Promise<AppliedBlock | undefined>;
}

export function createInsert(
  memory: vscode.Memento,
  settings: LiveSettings,
  { tokenizer }: Runtime,
  answers: Answers,
  panel: PanelPorts,
): Insert {
  const languages = new LanguageContributions();
  const scanner = new CursorScanner(languages, new Grammars(languages, () => loadTextMate(vscode.env.appRoot)));
  const newFile = (code: string, info: string): Promise<void> => openNewFile(code, info, languages);
  const inserter = new Inserter({ memory, answers, settings, tokenizer, scanner, newFile, keepInPanel: panel.showInPanel });
  const codeActions = registerCodeActions();
  return {
    insert: (text) => inserter.insert(text),
    commands: {
      insertAtCursor: (given) => inserter.insertAtCursor(insertOptions(given)),
      replaceSelection: (given) => inserter.replaceSelection(insertOptions(given)),
      continueWriting: (given) => inserter.continueWriting(insertOptions(given)),
      answerSelection: (given) => inserter.answerSelection(insertOptions(given)),
      'change.keep': (...given) => inserter.decisions.change('keep', given),
      'change.undo': (...given) => inserter.decisions.change('undo', given),
      'changes.keepAll': (...given) => inserter.decisions.all('keep', given),
      'changes.undoAll': (...given) => inserter.decisions.all('undo', given),
      'changes.compare': (...given) => inserter.decisions.compare(given),
      applyToFile: async (given) => {
        const { code, info = '' } = options(given, { code: aText, info: aText });
        const block = await panel.blockOf(code, info);
        if (block !== undefined) return inserter.insert({ type: 'apply', ...block });
        return void notify.information(vscode.l10n.t('No answer of this conversation has a code block.'));
      },
      writeCommitMessage: (source) => writeCommitMessage(answers, source),
    },
    dispose: () => vscode.Disposable.from(codeActions, inserter, languages).dispose(),
  };
}

const insertOptions = (given: unknown): InsertOptions => options(given, { prompt: aText, model: aText });
