// What the blocks of an answer share: its link definitions, and the page's tokenizer, highlighter and formulas.
import type { PageStrings } from '../../core/chat/page/pageStrings.ts';
import type { CodeUse } from './code/codeBar.ts';
import type { Highlighter } from './code/highlighter.ts';
import type { FileReferences } from './fileReferences.ts';
import type { IdleTasks } from './idleTasks.ts';
import type { Formulas } from './inline/formulas.ts';
import type { Inline } from './inline/inline.ts';
import type { References } from './references.ts';

export interface RenderContext {
  readonly strings: PageStrings;
  readonly inline: Inline;
  readonly references: References;
  readonly files: FileReferences;
  readonly highlighter: Highlighter;
  readonly math: Formulas;
  readonly work: IdleTasks;
  readonly use: (what: CodeUse, language: string, code: string) => void;
  /** Marks where an answer was continued: `inline` between two words or lines, `line` on a separate line. */
  readonly seamMark: (where: 'inline' | 'line', model: string | undefined) => HTMLElement;
}
