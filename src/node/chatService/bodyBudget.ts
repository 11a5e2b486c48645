/** Limits the total size of the request bodies that are read or answered at once. */

export class BodyBudget {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  share(): BodyShare {
    let mine = 0;
    return {
      get bytes() {
        return mine;
      },
      add: (bytes) => {
        if (this.#bytes + bytes > this.#maxBytes) return false;
        this.#bytes += bytes;
        mine += bytes;
        return true;
      },
      release: () => {
        this.#bytes -= mine;
        mine = 0;
      },
    };
  }
}

export interface BodyShare {
  readonly bytes: number;
  /** False if there is no room; nothing is added then. */
  add(bytes: number): boolean;
  release(): void;
}
