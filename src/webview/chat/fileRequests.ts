// Asks the host which names are files of the workspace, and hands each answer to the question it belongs to.
import type { Host } from '../shared/host.ts';

export class FileRequests {
  readonly #host: Host;
  readonly #open = new Map<number, (found: readonly boolean[]) => void>();
  #count = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  find(names: readonly string[]): Promise<readonly boolean[]> {
    const request = ++this.#count;
    this.#host.post({ type: 'findFiles', request, names });
    return new Promise((resolve) => this.#open.set(request, resolve));
  }

  found(request: number, found: readonly boolean[]): void {
    this.#open.get(request)?.(found);
    this.#open.delete(request);
  }
}
