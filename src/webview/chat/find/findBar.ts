// The find widget: its box, switches, and navigation.
import { create } from '../../shared/create.ts';
import { html, nothing, render } from 'lit';
import type { PageStrings } from '../../../core/chat/page/pageStrings.ts';
import { IdleTasks } from '../../markdown/idleTasks.ts';
import { fill } from '../../shared/words.ts';
import type { AutoScroll } from '../autoScroll.ts';
import type { Transcript } from '../transcript.ts';
import { Finder, type Found } from './finder.ts';
import { type FindQuery, matcherOf } from './matcher.ts';
import { reveal } from './reveal.ts';

/** Delay, in ms, before a growing answer is searched again. */
const GROWN_MS = 200;

export interface FindPorts {
  readonly strings: PageStrings;
  readonly transcript: Transcript;
  readonly view: AutoScroll;
}

type Switch = 'matchCase' | 'wholeWord' | 'regex';

export class FindBar {
  readonly element = create('div', { className: 'find', role: 'search', hidden: true });
  readonly #ports: FindPorts;
  readonly #work = new IdleTasks();
  readonly #finder: Finder;
  readonly #changes = new MutationObserver((records) => this.#grown(records));
  readonly #grownArticles = new Set<HTMLElement>();
  #timer: number | undefined;
  #query: FindQuery = { text: '', matchCase: false, wholeWord: false, regex: false };
  #found: Found = { index: 0, count: 0, more: false };
  #invalid = false;
  /** The finder's matches belong to an earlier query. */
  #waiting = false;
  /** The first match is still to be revealed. */
  #unrevealed = false;

  constructor(ports: FindPorts) {
    this.#ports = ports;
    this.#finder = new Finder(
      () => ports.transcript.articles,
      this.#work,
      (found) => this.#shown(found),
    );
    this.element.ariaLabel = ports.strings.find;
    this.element.addEventListener('keydown', (event) => this.#key(event));
  }

  /** Opens with these words, or with the selection if it is one line. */
  open(words?: string): void {
    const selected = words ?? String(document.getSelection()).trim();
    this.element.hidden = false;
    this.#render();
    if (selected !== '' && !selected.includes('\n')) this.#box.value = selected;
    this.#box.select();
    this.#box.focus();
    this.#changes.observe(this.#ports.transcript.content, { subtree: true, childList: true, characterData: true });
    void this.#search({ text: this.#box.value });
  }

  close(): void {
    this.element.hidden = true;
    this.#changes.disconnect();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const range = this.#finder.current;
    this.#finder.search(undefined);
    // Moves the focus to the message of the current match, so that reading continues there.
    const article = range?.startContainer.parentElement?.closest('article');
    (article ?? this.#ports.transcript.element).focus({ preventScroll: true });
  }

  get #box(): HTMLInputElement {
    return this.element.querySelector('input')!;
  }

  async #search(change: Partial<FindQuery>): Promise<void> {
    const query = (this.#query = { ...this.#query, ...change });
    this.#waiting = true;
    this.#render();
    const matcher = query.text === '' ? undefined : await matcherOf(query);
    if (this.#query !== query || this.element.hidden) return;
    this.#invalid = matcher === undefined && query.text !== '';
    // Undrawn and folded text is searched too.
    await this.#ports.transcript.drawAll();
    if (this.#query !== query || this.element.hidden) return;
    this.#waiting = false;
    this.#unrevealed = true;
    this.#finder.search(matcher);
  }

  #shown(found: Found): void {
    this.#found = found;
    this.#render();
    if (found.count > 0 && found.index === 0) return this.#finder.startAt(this.#ports.transcript.articleInView);
    // The text of a match that was already revealed may have been drawn again.
    if (!this.#unrevealed) return this.#ports.view.keep();
    // A match that appears later becomes current without moving the view.
    this.#unrevealed = false;
    this.#reveal();
  }

  #step(by: 1 | -1): void {
    this.#finder.step(by);
    this.#reveal();
  }

  #reveal(): void {
    if (this.#finder.current !== undefined) this.#ports.view.hold(() => reveal(this.#finder.current));
  }

  #grown(records: readonly MutationRecord[]): void {
    for (const { target } of records) {
      const element = target instanceof Element ? target : target.parentElement;
      const article = element?.closest('article');
      if (article) this.#grownArticles.add(article);
      // Messages were added or removed.
      else if (element?.matches('.messages, .beside') === true)
        for (const each of this.#ports.transcript.articles) this.#grownArticles.add(each);
    }
    this.#timer ??= window.setTimeout(() => {
      this.#timer = undefined;
      const articles = [...this.#grownArticles];
      this.#grownArticles.clear();
      void this.#ports.transcript.drawAll().then(() => this.#finder.refresh(articles));
    }, GROWN_MS);
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const { key, shiftKey, altKey } = event;
    if (key === 'Escape') this.close();
    else if (key === 'F3' || (key === 'Enter' && event.target === this.#box)) this.#step(shiftKey ? -1 : 1);
    else if (altKey && switchKeys[event.code] !== undefined) this.#toggle(switchKeys[event.code]!);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #toggle(name: Switch): void {
    void this.#search({ [name]: !this.#query[name] });
  }

  get #count(): string {
    const { strings } = this.#ports;
    const { index, count, more } = this.#found;
    if (this.#query.text === '' || this.#waiting) return '';
    if (this.#invalid) return strings.findInvalid;
    if (count === 0) return strings.findNone;
    return fill(strings.version, index, more ? `${count}+` : count);
  }

  #render(): void {
    const { strings } = this.#ports;
    const none = this.#found.count === 0;
    const button = (icon: string, label: string, click: () => void, disabled = false, pressed?: boolean) =>
      html`<button
        type="button"
        class="codicon codicon-${icon}"
        aria-label=${label}
        title=${label}
        aria-pressed=${pressed ?? nothing}
        ?disabled=${disabled}
        @click=${click}
      ></button>`;
    const toggle = (name: Switch, icon: string, label: string) => button(icon, label, () => this.#toggle(name), false, this.#query[name]);
    render(
      html`
        <span class="find-box">
          <input
            type="text"
            aria-label=${strings.find}
            aria-invalid=${this.#invalid}
            placeholder=${strings.findPlaceholder}
            spellcheck="false"
            @input=${() => void this.#search({ text: this.#box.value })}
          />
          ${toggle('matchCase', 'case-sensitive', strings.findCase)} ${toggle('wholeWord', 'whole-word', strings.findWord)}
          ${toggle('regex', 'regex', strings.findRegex)}
        </span>
        <span class="find-steps">
          <span class="find-count" aria-live="polite">${this.#count}</span>
          ${button('arrow-up', strings.findPrevious, () => this.#step(-1), none)}
          ${button('arrow-down', strings.findNext, () => this.#step(1), none)} ${button('close', strings.close, () => this.close())}
        </span>
      `,
      this.element,
    );
  }
}

/** Pressed with Alt, as in VS Code's find widget. */
const switchKeys: Readonly<Record<string, Switch>> = { KeyC: 'matchCase', KeyW: 'wholeWord', KeyR: 'regex' };
