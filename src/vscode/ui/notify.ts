/** Notifications, modal questions, and progress. Every text shown passes `plainText`. */
import * as vscode from 'vscode';
import { plainText } from './plainText.ts';

/** Resolves to the pressed button; undefined if the notification was closed. */
export const information = shownBy((text, items) => vscode.window.showInformationMessage(text, ...items));
export const warning = shownBy((text, items) => vscode.window.showWarningMessage(text, ...items));
export const error = shownBy((text, items) => vscode.window.showErrorMessage(text, ...items));

/** Asks in a modal dialog. Resolves to the pressed button; undefined if it was dismissed. */
export function ask<Button extends string>(text: string, detail: string, ...buttons: readonly Button[]): Promise<Button | undefined> {
  const options = { modal: true, detail: plainText(detail) };
  return chosen(buttons, (items) => vscode.window.showWarningMessage(plainText(text), options, ...items));
}

/** Shows a notification with Cancel until the task settles; Cancel aborts the signal. */
export function progress<T>(title: string, task: (signal: AbortSignal) => Promise<T>): Thenable<T> {
  const options = { location: vscode.ProgressLocation.Notification, title: plainText(title), cancellable: true };
  return vscode.window.withProgress(options, (_progress, token) => {
    const cancelled = new AbortController();
    token.onCancellationRequested(() => cancelled.abort());
    return task(cancelled.signal);
  });
}

type Show = (text: string, items: readonly vscode.MessageItem[]) => Thenable<vscode.MessageItem | undefined>;

function shownBy(show: Show) {
  return <Button extends string>(text: string, ...buttons: readonly Button[]): Promise<Button | undefined> =>
    chosen(buttons, (items) => show(plainText(text), items));
}

async function chosen<Button extends string>(
  buttons: readonly Button[],
  show: (items: readonly vscode.MessageItem[]) => Thenable<vscode.MessageItem | undefined>,
): Promise<Button | undefined> {
  const items = buttons.map((button) => ({ title: plainText(button), button }));
  const item = await show(items);
  return items.find((each) => each === item)?.button;
}
