/**
 * The pictures of questions. A conversation's pictures lie beside its journal under names with the same prefix, so that
 * they are deleted with it; those of drafts lie in a separate folder until they are sent.
 */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A journal can be edited by hand, so no name in it may lead to another folder. */
const safe = /^[\w-]+\.(png|jpg|gif|webp)$/;

const extensions: Readonly<Record<string, string>> = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/gif': 'gif', 'image/webp': 'webp' };

export class PictureFiles {
  readonly #folder: string;
  readonly #folders: readonly string[];

  /** @param also further folders whose conversations are continued */
  constructor(folder: string, also: readonly string[]) {
    this.#folder = folder;
    this.#folders = [folder, ...also];
  }

  /** Stores a picture of a draft and returns its file name. Synchronous: the question may follow at once. */
  add(id: string, mime: string, bytes: Uint8Array): string {
    const file = `${id}.${extensions[mime] ?? 'png'}`;
    mkdirSync(this.#drafts, { recursive: true });
    writeFileSync(this.#draft(file), bytes);
    return file;
  }

  /** The draft is sent in this conversation. */
  send(conversation: string, file: string): void {
    if (!safe.test(file) || !existsSync(this.#draft(file))) return;
    const path = this.#path(conversation, file);
    mkdirSync(join(path, '..'), { recursive: true });
    renameSync(this.#draft(file), path);
  }

  /** Stores a picture of an imported conversation. */
  keep(conversation: string, file: string, bytes: Uint8Array): void {
    if (safe.test(file)) writeFileSync(this.#path(conversation, file), bytes);
  }

  /** A question returns to a draft; its pictures may also belong to another question. */
  takeBack(conversation: string, file: string): void {
    const path = this.#path(conversation, file);
    if (!safe.test(file) || !existsSync(path)) return;
    mkdirSync(this.#drafts, { recursive: true });
    copyFileSync(path, this.#draft(file));
  }

  /** A conversation starts as a copy of another: with all its pictures, or none where the disk refuses one. */
  copy(from: string, to: string, files: readonly string[]): void {
    const copied = files.filter((file) => this.pathOf(from, file) !== undefined);
    try {
      if (copied.length > 0) mkdirSync(this.#folder, { recursive: true });
      for (const file of copied) copyFileSync(this.#path(from, file), this.#path(to, file));
    } catch (error) {
      for (const file of copied) rmSync(this.#path(to, file), { force: true });
      throw error;
    }
  }

  removeDraft(file: string): void {
    if (safe.test(file)) rmSync(this.#draft(file), { force: true });
  }

  /** Undefined where the file is gone. */
  async read(conversation: string, file: string): Promise<Uint8Array | undefined> {
    const path = this.pathOf(conversation, file);
    if (path === undefined) return undefined;
    return readFile(path).then(
      (read) => new Uint8Array(read),
      () => undefined,
    );
  }

  /** @param conversation undefined for a draft */
  pathOf(conversation: string | undefined, file: string): string | undefined {
    if (!safe.test(file)) return undefined;
    const path = conversation === undefined ? this.#draft(file) : this.#path(conversation, file);
    return existsSync(path) ? path : undefined;
  }

  get #drafts(): string {
    return join(this.#folder, 'drafts');
  }

  #draft(file: string): string {
    return join(this.#drafts, file);
  }

  /** Beside the journal, wherever that is. */
  #path(conversation: string, file: string): string {
    const folder = this.#folders.find((other) => existsSync(join(other, `${conversation}.jsonl`))) ?? this.#folder;
    return join(folder, `${conversation}.jsonl.${file}`);
  }
}
