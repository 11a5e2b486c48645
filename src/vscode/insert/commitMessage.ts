/** Writes a commit message from the staged changes into the message box of source control. */
import * as vscode from 'vscode';
import type { Message } from '../../api.ts';
import type { Answers } from '../models/answers.ts';
import type { AnswerResult } from '../ui/answerResult.ts';
import { insertIntoScmInput } from './scmInput.ts';
import * as notify from '../ui/notify.ts';

/** The part of the built-in Git extension's API (version 1) that is used here. */
interface GitRepository {
  readonly rootUri: vscode.Uri;
  readonly inputBox: { value: string };
  /** @param cached the staged changes, not those of the working tree */
  diff(cached: boolean): Promise<string>;
}

interface GitExtension {
  getAPI(version: 1): { readonly repositories: readonly GitRepository[] };
}

/** Maximum characters of the changes that are sent: a model does not need every line of a generated file. */
const maxDiffCharacters = 24_000;

const task =
  'Write a commit message for these staged changes: one line of at most 72 characters in the imperative, and only if ' +
  'it needs explaining a blank line and a short body. Answer with the message alone.';

/** @param source the source control that the menu was opened on; its root identifies the repository */
export async function writeCommitMessage(answers: Answers, source: unknown): Promise<AnswerResult | undefined> {
  const repository = await repositoryOf(source);
  if (repository === undefined) return say(vscode.l10n.t('Open a folder with a Git repository first.'));
  const diff = await repository.diff(true);
  if (diff.trim() === '') return say(vscode.l10n.t('Stage your changes first. The commit message is written from them.'));
  const messages: readonly Message[] = [{ role: 'user', content: `${task}\n\n${diff.slice(0, maxDiffCharacters)}` }];
  const stream = await answers.begin({ messages: answers.withSystemPrompt(messages) });
  const outcome = await insertIntoScmInput(stream.tape.read({ pacing: true }), repository.inputBox);
  // A user who empties the box or commits does not want the rest of the message.
  if (outcome === 'deleted') stream.stop();
  const { text, reason, usage, error } = await stream.ended;
  if (error !== undefined) void notify.warning(vscode.l10n.t('The answer ended early: {0}', error.message));
  return { text, end: reason, usage };
}

async function repositoryOf(source: unknown): Promise<GitRepository | undefined> {
  const git = await vscode.extensions.getExtension<GitExtension>('vscode.git')?.activate();
  const repositories = git?.getAPI(1).repositories ?? [];
  const root = (source as { readonly rootUri?: vscode.Uri } | undefined)?.rootUri?.toString();
  return repositories.find(({ rootUri }) => rootUri.toString() === root) ?? repositories[0];
}

function say(sentence: string): undefined {
  void notify.information(sentence);
  return undefined;
}
