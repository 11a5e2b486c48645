// Paths: of the repository, of the user's cache, and of temporary folders.
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[/\\]$/, '');
/** Output of test runs; ignored by git. */
export const outputFolder = join(root, '.vscode-test');
/** Shared by all clones of one user. */
export const cacheFolder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'rivulet');
/** The workspace that our tasks open. */
export const demoFolder = join(root, 'test/fixtures/workspace');

/** Another extension, loaded next to Rivulet in in-host tests. */
export const consumerFolder = join(root, 'test/fixtures/consumer');

export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

const temporaryFolders = new Set<string>();
process.on('exit', () => {
  for (const path of temporaryFolders) rmSync(path, { recursive: true, force: true });
});

export async function temporaryFolder(purpose: string, parent = tmpdir()): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(parent, `rivulet-${purpose}-`));
  temporaryFolders.add(path);
  return {
    path,
    async [Symbol.asyncDispose]() {
      // A dying process may still write for a moment; rm tries again.
      await rm(path, { recursive: true, force: true, maxRetries: 10 });
      temporaryFolders.delete(path);
    },
  };
}
