// Files read by the page: pictures are prepared here, all others go to the host unchanged, in order.
import type { FromPage } from '../../../core/chat/page/protocol.ts';
import { isPicture, readyPicture } from './pictures.ts';

/** Enough to detect the file type. */
const headBytes = 4_096;
/** Larger pictures could exhaust the memory when decoded. */
const mostPictureBytes = 60_000_000;

/** The host rejects longer text with an explanation. */
const mostTextBytes = 4_000_004;

export class OutsideFiles {
  readonly #post: (message: FromPage) => void;
  /** Keeps files in the order in which they were added. */
  #handed: Promise<void> | undefined;

  constructor(post: (message: FromPage) => void) {
    this.#post = post;
  }

  take(name: string, file: Blob | Uint8Array): void {
    const message = messageOf(name, file);
    const before = this.#handed;
    const handed = message.then(async (ready) => {
      await before;
      this.#post(ready);
    });
    this.#handed = handed;
    void handed.finally(() => {
      if (this.#handed === handed) this.#handed = undefined;
    });
  }

  get busy(): boolean {
    return this.#handed !== undefined;
  }

  /** Runs after all files added so far have been sent, or at once. */
  after(work: () => void): void {
    if (this.#handed === undefined) work();
    else void this.#handed.then(work);
  }
}

async function messageOf(name: string, file: Blob | Uint8Array): Promise<FromPage> {
  const blob = file instanceof Blob ? file : new Blob([new Uint8Array(file)]);
  const read = async (bytes: number): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await blob.slice(0, bytes).arrayBuffer());
  try {
    // VS Code knows the encoding of the file.
    if (!isPicture(name, await read(headBytes))) return { type: 'attachBytes', name, bytes: await read(mostTextBytes) };
    const ready = blob.size > mostPictureBytes ? 'too-large' : await readyPicture(name, await read(blob.size));
    return typeof ready === 'string' ? { type: 'refusePicture', name, problem: ready } : ready;
  } catch {
    return { type: 'refusePicture', name, problem: 'broken' };
  }
}
