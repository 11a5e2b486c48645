/** Prompts as slash commands: those of the setting `rivulet.prompts`, and the prompt files of a trusted workspace. */
import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { MentionOffer } from '../../../core/chat/page/protocol.ts';
import { filesIn, fillPrompt, inputsOf, type PromptFile, readPromptFile } from '../../../core/chat/promptFile.ts';
import type { Endpoints } from '../../models/endpoints.ts';
import type { LiveSettings } from '../../settings/liveSettings.ts';
import * as notify from '../../ui/notify.ts';
import { input } from '../../ui/pick.ts';
import type { AttachResult } from './attachments.ts';
import { findFile } from './fileLinks.ts';

export interface PromptsPorts {
  readonly settings: LiveSettings;
  readonly endpoints: Pick<Endpoints, 'list' | 'label'>;
  /** The editor used last; none is active while a page has the focus. */
  readonly editor: () => vscode.TextEditor | undefined;
  readonly read: (file: vscode.Uri) => Promise<AttachResult>;
}

/** The result of a slash command. */
export type ExpandedPrompt =
  | {
      readonly type: 'question';
      readonly text: string;
      /** The model that the prompt names. */
      readonly model?: string;
      readonly attached: readonly AttachResult[];
    }
  | { readonly type: 'cancelled' };

interface Prompt extends PromptFile {
  readonly name: string;
  /** Undefined for a prompt of the settings, which cannot refer to files. */
  readonly uri?: vscode.Uri;
}

const extension = '.prompt.md';
const mostFiles = 500;
/** Maximum number of files that a prompt may refer to. */
const mostReferences = 50;

export class Prompts {
  readonly #ports: PromptsPorts;

  constructor(ports: PromptsPorts) {
    this.#ports = ports;
  }

  /** @param words what follows the slash so far */
  async offers(words: string): Promise<readonly MentionOffer[]> {
    const wanted = words.toLowerCase();
    return (await this.#list())
      .filter(({ name }) => name.toLowerCase().startsWith(wanted))
      .map(({ name, description }) => ({ target: name, label: `/${name}`, detail: description, insert: `/${name} ` }));
  }

  /** Undefined if the question is not a slash command of a prompt. Asks the user for its inputs. */
  async expand(question: string): Promise<ExpandedPrompt | undefined> {
    // Chinese and Japanese input methods type a wide slash.
    const [, name, words = ''] = /^\s*[/／](\S+)(?:\s+([\s\S]*))?$/.exec(question) ?? [];
    if (name === undefined) return undefined;
    const prompt = (await this.#list()).find((other) => other.name === name);
    if (prompt === undefined) return undefined;
    const values = new Map(valuesOf(this.#ports.editor()));
    const inputs = inputsOf(prompt.body);
    const only = inputs.length === 1 && words !== '' ? inputs[0] : undefined;
    if (only !== undefined) values.set(`input:${only.name}`, words);
    for (const { name: asked, placeholder } of only === undefined ? inputs : []) {
      const value = await input({ title: `/${name}: ${asked}`, placeHolder: placeholder });
      if (value === undefined) return { type: 'cancelled' };
      values.set(`input:${asked}`, value);
    }
    const filled = fillPrompt(prompt.body, (variable) => values.get(variable));
    const text = only === undefined && words !== '' ? `${filled}\n\n${words}` : filled;
    const model = await this.#model(prompt);
    const attached = await this.#attached(prompt, (name) => values.get(name));
    return { type: 'question', text, attached, ...(model === undefined ? {} : { model }) };
  }

  /** Attaches only files of the workspace, and reports those that cannot be attached. */
  async #attached({ name, body, uri }: Prompt, value: (variable: string) => string | undefined): Promise<readonly AttachResult[]> {
    if (uri === undefined) return [];
    const attached: AttachResult[] = [];
    const missing: string[] = [];
    for (const [index, written] of filesIn(body).entries()) {
      const found = index < mostReferences ? await findFile(fillPrompt(written, value), uri) : undefined;
      const file = found === undefined ? undefined : await this.#ports.read(found.uri);
      if (file !== undefined && 'attachment' in file) attached.push(file);
      else missing.push(written);
    }
    if (missing.length > 0)
      void notify.warning(vscode.l10n.t('The prompt "{0}" refers to files that were not attached: {1}.', name, missing.join(', ')));
    return attached;
  }

  /** The user's own prompts take precedence over those of the workspace. */
  async #list(): Promise<readonly Prompt[]> {
    const own = Object.entries(this.#ports.settings.now().prompts).map(([name, { prompt, description, model }]): Prompt => ({
      name,
      description,
      models: model === '' ? [] : [model],
      body: prompt,
    }));
    // Prompts of a workspace are used only after the user trusts it.
    const files = vscode.workspace.isTrusted ? await Promise.all((vscode.workspace.workspaceFolders ?? []).map(filesOf)) : [];
    const known = new Set<string>();
    return [...own, ...files.flat()].filter(({ name }) => !known.has(name) && known.add(name));
  }

  /** The first of the prompt's models that an endpoint offers; notifies the user if none does. */
  async #model({ name, models }: Prompt): Promise<string | undefined> {
    if (models.length === 0) return undefined;
    const listed = (await this.#ports.endpoints.list()).map(({ endpoint, model }) => ({ id: `${endpoint}/${model}`, model }));
    for (const wanted of models) {
      const found = listed.find(({ id }) => id === wanted) ?? listed.find(({ model }) => simple(model) === simple(wanted));
      if (found !== undefined) return found.id;
    }
    const selected = this.#ports.endpoints.label(this.#ports.settings.now().model);
    void notify.information(
      vscode.l10n.t('The prompt "{0}" is meant for {1}, which no endpoint offers. {2} is used instead.', name, models.join(', '), selected),
    );
    return undefined;
  }
}

async function filesOf(folder: vscode.WorkspaceFolder): Promise<readonly Prompt[]> {
  const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, `.github/prompts/*${extension}`), null, mostFiles);
  const prompts = await Promise.all(
    found.map(async (uri): Promise<readonly Prompt[]> => {
      const name = posix.basename(uri.path, extension);
      if (name === '') return [];
      try {
        const prompt = readPromptFile(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
        // A command has no spaces.
        return [{ ...prompt, uri, name: (prompt.name ?? name).trim().replaceAll(/[\s/]+/g, '-') }];
      } catch {
        // Removed or unreadable.
        return [];
      }
    }),
  );
  return prompts.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The variables of VS Code's own prompt files. */
function* valuesOf(editor: vscode.TextEditor | undefined): Generator<readonly [name: string, value: string]> {
  const folder = (editor && vscode.workspace.getWorkspaceFolder(editor.document.uri)) ?? vscode.workspace.workspaceFolders?.[0];
  if (folder !== undefined) {
    yield ['workspaceFolder', folder.uri.fsPath];
    yield ['workspaceFolderBasename', folder.name];
  }
  if (editor === undefined) return;
  const { document, selection } = editor;
  const path = document.uri.fsPath;
  const base = posix.basename(document.uri.path);
  yield ['file', path];
  yield ['fileBasename', base];
  yield ['fileBasenameNoExtension', base.replace(/(?<=.)\.[^.]*$/, '')];
  yield ['fileDirname', path.slice(0, Math.max(0, path.length - base.length - 1))];
  yield ['selection', document.getText(selection)];
  yield ['selectedText', document.getText(selection)];
}

/** "GPT-4o (copilot)" and "openai/gpt-4o" are the same model. */
function simple(model: string): string {
  return posix
    .basename(model.replace(/\s*\([^)]*\)\s*$/, ''))
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}.]+/gu, '-');
}
