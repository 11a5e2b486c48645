// What VS Code keeps for a workspace, over a reload of the window too.
import type * as vscode from 'vscode';

export function memory(): vscode.Memento {
  const kept = new Map<string, string>();
  return {
    keys: () => [...kept.keys()],
    get: (key: string, otherwise?: unknown) => (kept.has(key) ? JSON.parse(kept.get(key)!) : otherwise),
    update: async (key, value) => void kept.set(key, JSON.stringify(value)),
  };
}
