// Names of files in an answer: a link or code span that names a file of the workspace opens it, once the host has found it.

/** Asks the host which of the names are files of the workspace. The results are in the order of the names. */
export type FindFiles = (names: readonly string[]) => Promise<readonly boolean[]>;

const LONGEST_NAME = 300;
/** Maximum number of names in one question to the host. */
const AT_ONCE = 200;
/** A name or path, optionally with a line number. A single word counts only with a capital, as in `Makefile`. */
const IN_CODE = /^(?:[\w@~.+\-()[\]\p{L}]*[./\\][^\s`'"<>|*?;,=&%$!{}]*|[A-Z][A-Za-z]+)$/u;
const NOT_IN_CODE = /^(?:\w+:\/\/(?!file\/)|[./\\]+$|[\d.]+$|.*\($|.*\(\)$)/;
/** An address that is no path: it has a scheme, or is a fragment. */
const ELSEWHERE = /^(?:[a-z][a-z0-9+.-]+:(?![\\/]*\d+(?:$|:))|#|\/\/)/i;
const A_FILE = /^(?:file:\/\/|vscode(?:-insiders)?:\/\/file\/|[a-z]:[\\/])/i;

export class FileReferences {
  readonly #find: FindFiles;
  /** The host's answers, also those still to come. */
  readonly #known = new Map<string, Promise<boolean>>();
  readonly #wait: (promise: Promise<unknown>) => void;
  #asked: { readonly name: string; readonly answer: (found: boolean) => void }[] = [];

  constructor(find: FindFiles, wait: (promise: Promise<unknown>) => void) {
    this.#find = find;
    this.#wait = wait;
  }

  /** `text` is the content of a code span or the address of a link. */
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
        // The file may be created later.
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
