/** One edit at the place of an answer, in the order of the text: the old text follows the text written so far. */

export type Step =
  /** The next old text stays. */
  | { readonly type: 'pass'; readonly text: string }
  /** The next old text is removed. */
  | { readonly type: 'remove'; readonly text: string }
  /** All remaining old text is removed, even if it has changed. */
  | { readonly type: 'clear' }
  /** `lead` is written too, but belongs to the old text after it. */
  | { readonly type: 'put'; readonly text: string; readonly lead: string }
  /** The last written text is removed again. */
  | { readonly type: 'back'; readonly text: string };

export function putStep(text: string, lead = ''): Step {
  return { type: 'put', text, lead };
}

/** The old text that the steps expect next. */
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
