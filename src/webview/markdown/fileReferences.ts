// Names of files in an answer: a link or a piece of code that names a file of the workspace opens it, once the host has found it.

/** Asks which of the names are files of the workspace, in their order. */
export type FindFiles = (names: readonly string[]) => Promise<readonly boolean[]>;

const LONGEST_NAME = 300;
/** One question holds as many names. */
const AT_ONCE = 200;
/** A name or path, perhaps followed by a line number. A single word is one only with a capital, as in `Makefile`. */
const IN_CODE = /^(?:[\w@~.+\-()[\]\p{L}]*[./\\][^\s`'"<>|*?;,=&%$!{}]*|[A-Z][A-Za-z]+)$/u;
const NOT_IN_CODE = /^(?:\w+:\/\/(?!file\/)|[./\\]+$|[\d.]+$|.*\($|.*\(\)$)/;
/** An address that is no path: it has a scheme, or leads to a place on its own page. */
const ELSEWHERE = /^(?:[a-z][a-z0-9+.-]+:(?![\\/]*\d+(?:$|:))|#|\/\/)/i;
const A_FILE = /^(?:file:\/\/|vscode(?:-insiders)?:\/\/file\/|[a-z]:[\\/])/i;

export class FileReferences {
  readonly #find: FindFiles;
  /** What the host has said of a name, or is about to say. */
  readonly #known = new Map<string, Promise<boolean>>();
  readonly #wait: (promise: Promise<unknown>) => void;
  #asked: { readonly name: string; readonly answer: (found: boolean) => void }[] = [];

  constructor(find: FindFiles, wait: (promise: Promise<unknown>) => void) {
    this.#find = find;
    this.#wait = wait;
  }

  /** The element shows `text` as code, or is a link with that address. */
  offer(element: HTMLElement, text: string): void {
    if (!(element.tagName === 'CODE' ? mayBeFile(text) : mayLeadToFile(text))) return;
    const name = element.tagName === 'CODE' ? text : decoded(text);
    let known = this.#known.get(name);
    if (!known) {
      known = new Promise((answer) => this.#asked.push({ name, answer }));
      this.#known.set(name, known);
      if (this.#asked.length === 1) setTimeout(() => void this.#ask());
    }
    this.#wait(
      known.then((found) => {
        if (found) lead(element, name);
        // The file may be written later.
        else this.#known.delete(name);
      }),
    );
  }

  async #ask(): Promise<void> {
    const asked = this.#asked;
    this.#asked = [];
    for (let from = 0; from < asked.length; from += AT_ONCE) {
      const some = asked.slice(from, from + AT_ONCE);
      const found = await this.#find(some.map(({ name }) => name)).catch(() => []);
      some.forEach(({ answer }, index) => answer(found[index] === true));
    }
  }
}

function mayBeFile(text: string): boolean {
  return text.length >= 2 && text.length <= LONGEST_NAME && IN_CODE.test(text) && !NOT_IN_CODE.test(text);
}

function mayLeadToFile(href: string): boolean {
  return href !== '' && href.length <= LONGEST_NAME && (A_FILE.test(href) || !ELSEWHERE.test(href));
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}

function lead(element: HTMLElement, name: string): void {
  element.classList.add('file');
  element.setAttribute('role', 'link');
  element.tabIndex = 0;
  element.dataset['file'] = name;
}
