/** An insertion as a picture: `|` is the cursor before, `«…»` is what was streamed. */
import { isVerbatim } from '../../../src/core/insert/prose.ts';
import { inCode } from '../../../src/core/insert/cursorPlace.ts';
import { Shape, type ShapeOptions } from '../../../src/core/insert/shape.ts';
import { comments } from './languages.ts';

export function optionsAt(before: string, options: Partial<ShapeOptions> = {}): ShapeOptions {
  const cursor = before.indexOf('|');
  const lineStart = before.lastIndexOf('\n', cursor - 1) + 1;
  const rest = before.slice(cursor + 1);
  const language = options.language ?? 'typescript';
  return {
    language,
    comments: comments[language] ?? {},
    verbatim: isVerbatim(language),
    place: inCode,
    indentation: { tabs: /^\t/m.test(before), size: 4 },
    lineBefore: before.slice(lineStart, cursor),
    lineAfter: rest.split('\n')[0] ?? '',
    prose: 'comment',
    content: 'answer',
    ownLine: false,
    replaces: false,
    ...options,
  };
}

/** The text that the pieces of an answer become. */
export function shaped(pieces: readonly string[], options: ShapeOptions): string {
  const shape = new Shape(options);
  return pieces.map((piece) => shape.push(piece)).join('') + shape.end();
}

export function picture(before: string, answer: string, options: Partial<ShapeOptions> = {}): string {
  return before.replace('|', () => `«${shaped([answer], optionsAt(before, options))}»`);
}
