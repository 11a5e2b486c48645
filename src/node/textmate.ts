/**
 * Loads VS Code's own tokenizer from its installation: the two packages that read TextMate grammars, and the WebAssembly of
 * their regular expression engine. Shipping them would make the extension a twelfth larger.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export interface TextMate {
  readonly textmate: typeof import('vscode-textmate');
  readonly oniguruma: typeof import('vscode-oniguruma');
  /** Oniguruma, as WebAssembly. */
  readonly wasm: Uint8Array;
}

/** Where VS Code keeps its packages; the desktop version has an archive, with unpackable files beside it. */
const folders = ['node_modules', 'node_modules.asar', 'node_modules.asar.unpacked'];

/**
 * @param appRoot `vscode.env.appRoot`
 * @returns undefined where this VS Code keeps them elsewhere
 */
export async function loadTextMate(appRoot: string): Promise<TextMate | undefined> {
  const require = createRequire(join(appRoot, 'package.json'));
  const load = <T>(name: string): T | undefined => firstOf(folders, (folder) => require(join(appRoot, folder, name)) as T);
  const textmate = load<TextMate['textmate']>('vscode-textmate');
  const oniguruma = load<TextMate['oniguruma']>('vscode-oniguruma');
  for (const folder of folders) {
    const wasm = await readFile(join(appRoot, folder, 'vscode-oniguruma/release/onig.wasm')).catch(() => undefined);
    if (wasm !== undefined && textmate !== undefined && oniguruma !== undefined) return { textmate, oniguruma, wasm };
  }
  return undefined;
}

function firstOf<T>(places: readonly string[], load: (place: string) => T): T | undefined {
  for (const place of places) {
    try {
      return load(place);
    } catch {
      // Not here.
    }
  }
  return undefined;
}
