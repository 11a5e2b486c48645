/** Loads the TextMate grammars of installed extensions as VS Code's own tokenizer does. */
import * as vscode from 'vscode';
import type { IGrammar, IOnigLib, Registry } from 'vscode-textmate';
import type { TextMate } from '../../node/textmate.ts';
import { type GrammarContribution, type LanguageContributions, readText } from './contributions.ts';

export interface LoadedGrammar {
  readonly grammar: IGrammar;
  readonly scopeName: string;
  /** The language of a number in a token's metadata. */
  readonly language: (number: number) => string | undefined;
}

const tokenTypes: Readonly<Record<string, 0 | 1 | 2>> = { other: 0, comment: 1, string: 2 };

/** The grammars read so far; discarded when the set of extensions changes. */
interface Installed {
  readonly of: readonly GrammarContribution[];
  readonly loaded: Map<string, Promise<LoadedGrammar | undefined>>;
  readonly registry: Promise<Registry | undefined>;
}

export class Grammars {
  readonly #contributions: LanguageContributions;
  readonly #loadTextMate: () => Promise<TextMate | undefined>;
  #textMate: Promise<TextMate | undefined> | undefined;
  #installed: Installed | undefined;

  /** @param textMate loads VS Code's tokenizer; called once, and no language has a grammar without it */
  constructor(contributions: LanguageContributions, textMate: () => Promise<TextMate | undefined>) {
    this.#contributions = contributions;
    this.#loadTextMate = textMate;
  }

  /** Undefined if the language has no readable grammar. */
  load(language: string): Promise<LoadedGrammar | undefined> {
    const { grammars } = this.#contributions;
    if (this.#installed?.of !== grammars) {
      this.#textMate ??= this.#loadTextMate();
      this.#installed = { of: grammars, loaded: new Map(), registry: registryOf(grammars, this.#textMate) };
    }
    const { loaded } = this.#installed;
    const known = loaded.get(language) ?? loadGrammar(language, this.#installed).catch(() => undefined);
    loaded.set(language, known);
    return known;
  }
}

async function loadGrammar(language: string, { of, registry }: Installed): Promise<LoadedGrammar | undefined> {
  const chosen = of.findLast((grammar) => grammar.language === language);
  if (chosen === undefined) return undefined;
  const { scopeName, embeddedLanguages } = chosen;
  const names = [language, ...new Set(Object.values(embeddedLanguages))];
  // 0 means "no language".
  const numbers = Object.entries(embeddedLanguages).map(([scope, name]) => [scope, names.lastIndexOf(name) + 1] as const);
  const types = Object.entries(chosen.tokenTypes).map(([scope, type]) => [scope, tokenTypes[type] ?? 0] as const);
  const loaded = await registry;
  if (loaded === undefined) return undefined;
  const grammar = await loaded.loadGrammarWithConfiguration(scopeName, 1, {
    embeddedLanguages: Object.fromEntries(numbers),
    tokenTypes: Object.fromEntries(types),
  });
  return grammar === null ? undefined : { grammar, scopeName, language: (number) => names[number - 1] };
}

async function registryOf(
  grammars: readonly GrammarContribution[],
  textMate: Promise<TextMate | undefined>,
): Promise<Registry | undefined> {
  const loaded = await textMate;
  if (loaded === undefined) return undefined;
  const { textmate } = loaded;
  return new textmate.Registry({
    onigLib: onigurumaOf(loaded),
    loadGrammar: async (scopeName) => {
      const found = grammars.findLast((grammar) => grammar.scopeName === scopeName);
      if (found === undefined) return undefined;
      return textmate.parseRawGrammar(await readText(vscode.Uri.joinPath(found.folder, found.path)), found.path);
    },
    // A grammar injected into `source` is also injected into `source.js`.
    getInjections: (scopeName) =>
      grammars.filter(({ injectTo }) => injectTo.some((to) => `${scopeName}.`.startsWith(`${to}.`))).map((each) => each.scopeName),
  });
}

async function onigurumaOf({ oniguruma, wasm }: TextMate): Promise<IOnigLib> {
  await oniguruma.loadWASM({ data: wasm });
  return {
    createOnigScanner: (sources) => new oniguruma.OnigScanner([...sources]),
    createOnigString: (text) => new oniguruma.OnigString(text),
  };
}
