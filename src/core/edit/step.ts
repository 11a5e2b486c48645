/** One edit at the place of an answer, in the order of the text: the old text lies after what was put so far. */

export type Step =
  /** The next old text stays. */
  | { readonly type: 'pass'; readonly text: string }
  /** The next old text goes. */
  | { readonly type: 'remove'; readonly text: string }
  /** All old text that is left goes, whatever it is by now. */
  | { readonly type: 'clear' }
  /** `lead` is put too, but belongs to the old text after it. */
  | { readonly type: 'put'; readonly text: string; readonly lead: string }
  /** The last text that was put goes again. */
  | { readonly type: 'back'; readonly text: string };

export function putStep(text: string, lead = ''): Step {
  return { type: 'put', text, lead };
}

/** What the steps expect to find as the next old text. */
export function expectedText(steps: readonly Step[]): string {
  let expected = '';
  let lead = '';
  for (const step of steps) {
    if (step.type === 'put') lead = step.lead + lead;
    else if (step.type === 'pass' || step.type === 'remove') {
      expected += step.text.startsWith(lead) ? step.text.slice(lead.length) : step.text;
      lead = '';
    }
  }
  return expected;
}
