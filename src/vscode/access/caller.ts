/**
 * Finds out which other extension is calling: VS Code does not tell, but all extensions of a window share one process and
 * its stack.
 */
import * as vscode from 'vscode';

/**
 * Undefined for VS Code itself (the palette, a menu, a key), for an extension of another process, and for one that hides,
 * which is easy: what asks for consent by this is a courtesy to the person, and no wall. Must be called synchronously.
 */
export function callingExtension(ownId: string): vscode.Extension<unknown> | undefined {
  const files = filesOnStack();
  const others = vscode.extensions.all.filter(({ id }) => id.toLowerCase() !== ownId.toLowerCase());
  for (const file of files) {
    const caller = others.find(({ extensionUri }) => isWithin(file, extensionUri));
    if (caller !== undefined) return caller;
  }
  return undefined;
}

function isWithin(file: string, folder: vscode.Uri): boolean {
  // Modules have file: URLs, CommonJS files have paths.
  const path = file.startsWith('file:') ? vscode.Uri.parse(file).fsPath : file;
  return path.startsWith(folder.fsPath) && /^[\\/]/.test(path.slice(folder.fsPath.length));
}

function filesOnStack(): readonly string[] {
  const before = Error.prepareStackTrace;
  try {
    // The text of a stack also contains function names, which a caller can choose.
    Error.prepareStackTrace = (_error, sites) => sites.map((site) => site.getFileName() ?? '');
    const files: unknown = new Error().stack;
    return Array.isArray(files) ? files.filter((file): file is string => typeof file === 'string') : [];
  } finally {
    Error.prepareStackTrace = before;
  }
}
