/** Names the folders that hold a workspace's data, including data from before it became this workspace. */
import { createHash } from 'node:crypto';

export interface OpenWorkspace {
  /** The workspace file's URI; undefined for a single folder and for an empty window. */
  readonly file: string | undefined;
  /** The folders' URIs. */
  readonly folders: readonly string[];
}

export interface WorkspaceNames {
  readonly own: string;
  /** Names of each single folder, and of what this workspace was before: a single folder, or an unsaved workspace. */
  readonly also: readonly string[];
}

const emptyWindow = 'none';

/** @param remembered what `own` was in this workspace's memory, which VS Code carries over when a workspace changes */
export function workspaceNames({ file, folders }: OpenWorkspace, remembered: unknown): WorkspaceNames {
  const own = nameOf(file ?? folders.join('\n'));
  const before = Array.isArray(remembered) ? remembered.filter((name): name is string => typeof name === 'string' && isName(name)) : [];
  const also = new Set(own === emptyWindow ? [] : [...folders.map(nameOf), ...before]);
  also.delete(own);
  return { own, also: [...also] };
}

/** The value to remember, so that these conversations are found when the workspace becomes another one. */
export function namesToRemember({ own, also }: WorkspaceNames): readonly string[] {
  return [...also, ...(own === emptyWindow ? [] : [own])];
}

function nameOf(open: string): string {
  return open === '' ? emptyWindow : createHash('sha256').update(open).digest('hex').slice(0, 32);
}

function isName(name: string): boolean {
  return /^[0-9a-f]{32}$/.test(name);
}
