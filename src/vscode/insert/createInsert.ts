/** Answers in the editor: at the cursor, in place of a selection, below a question, and in the message box of source control. */
import * as vscode from 'vscode';
import type { Answer } from '../../core/chat/entries.ts';
import type { Feature } from '../feature.ts';
import type { Answers } from '../models/answers.ts';
import type { Runtime } from '../runtime/createRuntime.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import type { InsertOptions } from '../ui/answerResult.ts';
import { fieldsOf } from '../ui/arguments.ts';
import { registerCodeActions } from './codeActions.ts';
import { writeCommitMessage } from './commitMessage.ts';
import { Inserter, type InserterPorts } from './inserter.ts';

export interface Insert extends Feature {
  /** Inserts an answer of the panel at the cursor, also while it is written. */
  insertAnswer(answer: Answer): Promise<void>;
}

export function createInsert(
  settings: LiveSettings,
  { tokenizer }: Runtime,
  answers: Answers,
  keepInPanel: InserterPorts['keepInPanel'],
): Insert {
  const inserter = new Inserter({ answers, settings, tokenizer, keepInPanel });
  const codeActions = registerCodeActions();
  return {
    insertAnswer: (answer) => inserter.insertAnswer(answer),
    commands: {
      insertAtCursor: (options) => inserter.insertAtCursor(optionsOf(options)),
      replaceSelection: (options) => inserter.replaceSelection(optionsOf(options)),
      continueWriting: (options) => inserter.continueWriting(optionsOf(options)),
      answerSelection: (options) => inserter.answerSelection(optionsOf(options)),
      writeCommitMessage: (source) => writeCommitMessage(answers, source),
    },
    dispose: () => vscode.Disposable.from(codeActions, inserter).dispose(),
  };
}

/** A menu passes what it was opened on; only our own options count. */
function optionsOf(argument: unknown): InsertOptions {
  const { prompt, model } = fieldsOf(argument);
  return { ...(typeof prompt === 'string' ? { prompt } : {}), ...(typeof model === 'string' ? { model } : {}) };
}
