// The other extension of the in-host tests (test/fixtures/consumer), with its types.
import * as vscode from 'vscode';
import type { RivuletApi } from '../../src/api.ts';

export type Plan = (
  say: (text: string) => void,
  token: vscode.CancellationToken,
  progress: vscode.Progress<vscode.LanguageModelResponsePart>,
) => Promise<void> | void;

export interface Consumer {
  readonly rivulet: RivuletApi;
  /** The model `consumer/parrot` that it offers to VS Code. */
  readonly parrot: {
    readonly asked: {
      readonly messages: readonly { readonly role: number; readonly text: string; readonly calls?: readonly (readonly unknown[])[] }[];
      readonly modelOptions: unknown;
      readonly tools?: readonly vscode.LanguageModelChatTool[];
      readonly toolMode?: vscode.LanguageModelChatToolMode;
    }[];
    readonly planned: Plan[];
  };
  askModel(id: string, question: string): Promise<string>;
}

export async function consumer(): Promise<Consumer> {
  return await vscode.extensions.getExtension<Consumer>('rivulet-tests.consumer')!.activate();
}
