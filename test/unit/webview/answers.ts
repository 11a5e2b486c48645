// Writes answers such as models give, of any length and the same in every run: for tests and for the benchmark.
import { seeded } from '../../support/random.ts';

export const SHAPES = ['mixed', 'fence', 'list', 'table', 'paragraph', 'quotes'] as const;
export type Shape = (typeof SHAPES)[number];

const WORDS = (
  'the stream reads each delta once and keeps its place so that a late reader may start where it is while the server goes ' +
  'on to send what the model says about buffers sockets frames tokens lists and tables with care for people who wait'
).split(' ');

export function answer(shape: Shape, length: number, seed = 1): string {
  const writer = new Writer(seed);
  let text = '';
  for (let part = 0; text.length < length; part++) text += writer.part(shape, part);
  return text.slice(0, length);
}

/** Cuts a text at random places; `longest` bounds a piece. */
export function cut(text: string, longest: number, seed: number): string[] {
  const random = seeded(seed);
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const size = 1 + Math.floor(random() * longest);
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return pieces;
}

class Writer {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seeded(seed);
  }

  part(shape: Shape, index: number): string {
    switch (shape) {
      case 'mixed':
        return this.#block(index);
      case 'fence':
        return index === 0 ? `\`\`\`typescript\n${this.#code()}` : this.#code();
      case 'list':
        return `${'  '.repeat(index % 7 === 3 ? 1 : 0)}- ${this.#sentence()}\n`;
      case 'table':
        return index === 0 ? '| Name | Count | What it means |\n|:--|--:|---|\n' : `| ${this.#word()} | ${index} | ${this.#sentence()} |\n`;
      case 'paragraph':
        return `${this.#sentence()} `;
      case 'quotes':
        return `${'> '.repeat(1 + (index % 4))}${this.#sentence()}\n${index % 5 === 4 ? '>\n' : ''}`;
      default:
        shape satisfies never;
        return '';
    }
  }

  #block(index: number): string {
    const kinds = [
      () => `${'#'.repeat(2 + (index % 3))} ${capital(this.#words(4))}\n\n`,
      () => `${this.#sentences(3)}\n\n`,
      () =>
        `${this.#many(5, (n) => `- ${this.#sentence()}\n${n % 3 === 2 ? `  - ${this.#sentence()}\n  - ${this.#sentence()}\n` : ''}`)}\n`,
      () => `${this.#sentences(4)}\n\n`,
      () => `\`\`\`${this.#pick(['typescript', 'python', 'bash', 'json', ''])}\n${this.#many(3, () => this.#code())}\`\`\`\n\n`,
      () =>
        `${this.#many(
          4,
          (n) => `${n + 1}. **${capital(this.#word())}**: ${this.#sentence()}\n` + `${n % 2 ? `\n   ${this.#sentence()}\n\n` : ''}`,
        )}\n`,
      () =>
        `| Name | Count | What |\n| --- | ---: | --- |\n` +
        `${this.#many(5, (n) => `| \`${this.#word()}\` | ${n * 7} | ${this.#words(6)} |\n`)}\n`,
      () => `> ${this.#sentence()}\n> ${this.#sentence()}\n\n`,
      () => `- [${index % 2 ? 'x' : ' '}] ${this.#sentence()}\n- [ ] ${this.#sentence()}\n\n`,
      () => `The sum is $\\sum_{i=1}^{n} i = \\frac{n(n+1)}{2}$, at a price of $5 or $10.\n\n`,
    ];
    return kinds[index === 0 ? 0 : Math.floor(this.#random() ** 1.3 * kinds.length)]!();
  }

  #sentences(count: number): string {
    return this.#many(count, () => `${this.#sentence()} `).trimEnd();
  }

  #sentence(): string {
    const marks = [
      (words: string) => `**${words}**`,
      (words: string) => `*${words}*`,
      (words: string) => `\`${words.replaceAll(' ', '_')}()\``,
      (words: string) => `[${words}](https://example.com/${words.replaceAll(' ', '-')})`,
      (words: string) => words,
      (words: string) => words,
    ];
    const marked = this.#pick(marks)(this.#words(2));
    return `${capital(this.#words(6))} ${marked} ${this.#words(5)}, ${this.#pick(marks)(this.#word())} ${this.#words(4)}.`;
  }

  #code(): string {
    const [name, other] = [this.#word(), this.#word()];
    return (
      `/** ${capital(this.#words(5))}.\n * ${this.#words(6)}\n */\n` +
      `export function ${name}(${other}: string, count = ${Math.floor(this.#random() * 100)}): number {\n` +
      `  const text = \`\${${other}} ${this.#words(3)}\`; // ${this.#words(4)}\n` +
      `  if (count > 3) return ${name}(text, count - 1);\n` +
      `  return text.length;\n` +
      `}\n\n`
    );
  }

  #many(count: number, make: (index: number) => string): string {
    return Array.from({ length: count }, (_, index) => make(index)).join('');
  }

  #words(count: number): string {
    return Array.from({ length: count }, () => this.#word()).join(' ');
  }

  #word(): string {
    return this.#pick(WORDS);
  }

  #pick<T>(things: readonly T[]): T {
    return things[Math.floor(this.#random() * things.length)]!;
  }
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
