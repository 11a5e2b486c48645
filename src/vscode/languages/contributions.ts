/** Reads what installed extensions declare about languages: names, comment marks and grammars. */
// The package's main file is UMD, which bundlers cannot analyse.
import { parse } from 'jsonc-parser/lib/esm/main.js';
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { CommentMarks } from '../../core/insert/comment.ts';

const texts = v.fallback(v.array(v.string()), []);

const languageSchema = v.object({
  id: v.string(),
  aliases: texts,
  extensions: texts,
  filenames: texts,
  configuration: v.fallback(v.optional(v.string()), undefined),
});

const grammarSchema = v.object({
  scopeName: v.string(),
  path: v.string(),
  language: v.fallback(v.optional(v.string()), undefined),
  /** Languages of embedded text, by scope name. */
  embeddedLanguages: v.fallback(v.record(v.string(), v.string()), {}),
  /** `comment`, `string` or `other`, by scope name. */
  tokenTypes: v.fallback(v.record(v.string(), v.string()), {}),
  injectTo: texts,
});

const mark = v.pipe(v.string(), v.nonEmpty());

const configurationSchema = v.object({
  comments: v.object({
    lineComment: v.fallback(v.optional(v.union([mark, v.object({ comment: mark, noIndent: v.optional(v.boolean()) })])), undefined),
    blockComment: v.fallback(v.optional(v.tuple([mark, mark])), undefined),
  }),
});

/** An entry of an extension's manifest, and the extension's folder. */
type Declared<T> = T & { readonly folder: vscode.Uri };
export type LanguageContribution = Declared<v.InferOutput<typeof languageSchema>>;
export type GrammarContribution = Declared<v.InferOutput<typeof grammarSchema>>;

export class LanguageContributions implements vscode.Disposable {
  readonly #subscription: vscode.Disposable;
  #languages: readonly LanguageContribution[] | undefined;
  #grammars: readonly GrammarContribution[] | undefined;
  readonly #comments = new Map<string, Promise<CommentMarks>>();

  constructor() {
    this.#subscription = vscode.extensions.onDidChange(() => {
      this.#languages = this.#grammars = undefined;
      this.#comments.clear();
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** In VS Code's order: later ones win. */
  get languages(): readonly LanguageContribution[] {
    return (this.#languages ??= declared('languages', languageSchema));
  }

  get grammars(): readonly GrammarContribution[] {
    return (this.#grammars ??= declared('grammars', grammarSchema));
  }

  /** Empty if no extension declares the language's comment marks. */
  comments(language: string): Promise<CommentMarks> {
    const known = this.#comments.get(language) ?? this.#readComments(language);
    this.#comments.set(language, known);
    return known;
  }

  async #readComments(language: string): Promise<CommentMarks> {
    let marks: CommentMarks = {};
    for (const { id, folder, configuration } of this.languages) {
      if (id !== language || configuration === undefined) continue;
      const file = await readText(vscode.Uri.joinPath(folder, configuration));
      const read = v.safeParse(configurationSchema, parse(file, [], { allowTrailingComma: true }));
      if (!read.success) continue;
      const { lineComment, blockComment } = read.output.comments;
      const line = typeof lineComment === 'object' ? lineComment.comment : lineComment;
      marks = {
        ...marks,
        ...(line === undefined ? {} : { line, atMargin: typeof lineComment === 'object' && lineComment.noIndent === true }),
        ...(blockComment === undefined ? {} : { block: blockComment }),
      };
    }
    return marks;
  }
}

/** Skips entries of other shapes, as VS Code does. */
function declared<T>(point: string, schema: v.GenericSchema<unknown, T>): readonly Declared<T>[] {
  return vscode.extensions.all.flatMap(({ packageJSON, extensionUri }) => {
    const entries = (packageJSON as { contributes?: Record<string, unknown> }).contributes?.[point];
    return (Array.isArray(entries) ? entries : []).flatMap((entry) => {
      const read = v.safeParse(schema, entry);
      return read.success ? [{ ...read.output, folder: extensionUri }] : [];
    });
  });
}

/** Empty if the file cannot be read: an extension without its files declares nothing. */
export async function readText(uri: vscode.Uri): Promise<string> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return '';
  }
}
