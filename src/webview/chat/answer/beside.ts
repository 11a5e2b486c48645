// Answers of a comparison: columns in a wide panel, tabs with the models' names in a narrow one.
import { create } from '../../shared/create.ts';
import type { PageStrings } from '../../../core/chat/page/pageStrings.ts';
import { midCut } from '../../shared/midCut.ts';

interface Column {
  readonly name: string;
  readonly answer: HTMLElement;
  readonly tab: HTMLButtonElement;
}

export class Beside {
  readonly element: HTMLElement;
  readonly #tabs: HTMLElement;
  readonly #columns = new Map<string, Column>();

  constructor({ answers: label, sideBySide }: PageStrings, open: () => void) {
    this.#tabs = create('div', { className: 'tabs', role: 'tablist', ariaLabel: label });
    this.#tabs.addEventListener('keydown', (event) => this.#move(event));
    const className = 'side-by-side codicon codicon-split-horizontal';
    const wide = create('button', { type: 'button', className, title: sideBySide, ariaLabel: sideBySide });
    wide.addEventListener('click', open);
    this.element = create('div', { className: 'beside', role: 'group', ariaLabel: label });
    this.element.append(create('div', { className: 'tabs-row' }, this.#tabs, wide));
  }

  get isEmpty(): boolean {
    return this.#columns.size === 0;
  }

  add(id: string, name: string, answer: HTMLElement): void {
    const tab = create('button', { type: 'button', role: 'tab', ariaLabel: name });
    answer.id = `answer-${id}`;
    tab.setAttribute('aria-controls', answer.id);
    tab.addEventListener('click', () => this.#choose(id));
    this.#columns.set(id, { name, answer, tab });
    this.#tabs.append(tab);
    this.#label();
    this.element.append(answer);
    this.#choose([...this.#columns].find(([, column]) => column.tab.ariaSelected === 'true')?.[0] ?? id);
  }

  /** The answer's element has been removed. */
  remove(id: string): void {
    const column = this.#columns.get(id);
    if (column === undefined) return;
    column.tab.remove();
    this.#columns.delete(id);
    this.#label();
    const [first] = this.#columns.keys();
    if (column.tab.ariaSelected === 'true' && first !== undefined) this.#choose(first);
  }

  /** Tabs show short names if these differ; each answer shows the full name. */
  #label(): void {
    const columns = [...this.#columns.values()];
    const differ = new Set(columns.map(({ name }) => shortName(name))).size === columns.length;
    for (const { name, tab } of columns) tab.replaceChildren(Object.assign(midCut(differ ? shortName(name) : name), { title: name }));
  }

  #choose(id: string): void {
    for (const [each, { answer, tab }] of this.#columns) {
      tab.ariaSelected = String(each === id);
      tab.tabIndex = each === id ? 0 : -1;
      answer.classList.toggle('behind', each !== id);
    }
  }

  #move(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const ids = [...this.#columns.keys()];
    const at = ids.findIndex((id) => this.#columns.get(id)!.tab === document.activeElement);
    const next = ids.at((at + step) % ids.length);
    if (next === undefined) return;
    event.preventDefault();
    this.#choose(next);
    this.#columns.get(next)!.tab.focus();
  }
}

/** `gpt-5` for `openai/gpt-5 (Relay)`. */
function shortName(name: string): string {
  return name.replace(/ \([^()]*\)$/, '').replace(/^.*\/(?=.)/, '');
}
