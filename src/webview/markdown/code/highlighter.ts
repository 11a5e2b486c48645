// Loads highlight.js and single languages when code first needs them, and reads code into coloured runs, line by line.
import type { Emitter, HLJSApi } from 'highlight.js';
import { LANGUAGES, languageName } from './languages.ts';

export interface Run {
  readonly text: string;
  /** What highlight.js calls it, with "-" for "."; empty for plain text. */
  readonly scope: string;
}

export interface Grammar {
  /** Reads code from a place where nothing is open. `open`: something is, at its end. */
  readonly read: (code: string) => { readonly lines: readonly (readonly Run[])[]; readonly open: boolean };
  /** Lines that must be read together with those before them, though nothing seems open. */
  readonly continues: RegExp | undefined;
}

export class Highlighter {
  #core: Promise<HLJSApi> | undefined;
  readonly #loaded = new Map<string, Promise<void>>();

  async grammar(language: string): Promise<Grammar | undefined> {
    const name = languageName(language);
    if (name === undefined) return undefined;
    const core = await this.#loadCore();
    await this.#load(core, name);
    return {
      continues: LANGUAGES[name]!.continues,
      read: (code) => {
        const { _emitter, _top } = core.highlight(code, { language: name, ignoreIllegals: true });
        return { lines: (_emitter as Runs).lines, open: _top !== undefined && 'parent' in _top && _top.parent !== undefined };
      },
    };
  }

  #loadCore(): Promise<HLJSApi> {
    this.#core ??= import('highlight.js/lib/core').then((module) => {
      const core = module.default.newInstance();
      core.configure({ __emitter: Runs });
      return core;
    });
    return this.#core;
  }

  #load(core: HLJSApi, name: string): Promise<void> {
    const { load, needs = [] } = LANGUAGES[name]!;
    let loading = this.#loaded.get(name);
    if (!loading) {
      // A language can hold others, as HTML holds scripts; known before they are asked for, so that rings end.
      loading = load().then((module) => core.registerLanguage(name, module.default));
      this.#loaded.set(name, loading);
    }
    return Promise.all([loading, ...needs.map((other) => this.#loaded.get(other) ?? this.#load(core, other))]).then(() => undefined);
  }
}

/** What highlight.js reports, as flat runs of the innermost scope, with line ends already taken apart. */
class Runs implements Emitter {
  readonly lines: Run[][] = [[]];
  readonly #scopes: string[] = [];

  addText(text: string): void {
    const scope = this.#scopes.at(-1) ?? '';
    text.split('\n').forEach((piece, index) => {
      if (index > 0) this.lines.push([]);
      if (piece !== '') this.lines.at(-1)!.push({ text: piece, scope });
    });
  }

  startScope(name: string): void {
    this.#scopes.push(name.replaceAll('.', '-'));
  }

  endScope(): void {
    this.#scopes.pop();
  }

  // The same two under the names that highlight.js also uses.
  openNode(name: string): void {
    this.startScope(name);
  }

  closeNode(): void {
    this.endScope();
  }

  __addSublanguage(inner: Emitter): void {
    (inner as Runs).lines.forEach((runs, index) => {
      if (index > 0) this.lines.push([]);
      this.lines.at(-1)!.push(...runs);
    });
  }

  finalize(): void {}

  toHTML(): string {
    return '';
  }
}
