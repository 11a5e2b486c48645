// Output of parallel lanes of stages. One lane prints immediately, the others when it is their turn, so that lines do not
// mix.

export class Output {
  /** Child processes may write to the terminal themselves. */
  readonly isTerminal: boolean;
  #held: string[] | undefined;

  constructor(isFirst: boolean) {
    this.isTerminal = isFirst;
    this.#held = isFirst ? undefined : [];
  }

  say(line: string): void {
    if (this.#held === undefined) console.log(line);
    else this.#held.push(line);
  }

  /** It is this lane's turn: prints what was held, and from now on at once. */
  open(): void {
    for (const line of this.#held ?? []) console.log(line);
    this.#held = undefined;
  }
}
