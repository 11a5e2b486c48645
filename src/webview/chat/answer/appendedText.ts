// A growing text of a message: accepts each character once, even if pieces are repeated or missing.

export type Taken = { readonly type: 'new'; readonly text: string } | { readonly type: 'known' } | { readonly type: 'gap' };

export class AppendedText {
  readonly #pieces: string[] = [];
  #have = 0;

  get have(): number {
    return this.#have;
  }

  get text(): string {
    return this.#pieces.join('');
  }

  take(at: number, text: string): Taken {
    if (at > this.#have) return { type: 'gap' };
    const fresh = text.slice(this.#have - at);
    if (fresh === '') return { type: 'known' };
    this.#pieces.push(fresh);
    this.#have += fresh.length;
    return { type: 'new', text: fresh };
  }
}
