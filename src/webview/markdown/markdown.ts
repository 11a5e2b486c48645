// An answer as it grows.
export class Markdown {
  readonly #element: HTMLElement;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  write(text: string): void {
    this.#element.append(text);
  }

  seam(_at: number): void {}

  end(): void {}
}
