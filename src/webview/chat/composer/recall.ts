// ArrowUp in an empty box recalls the previous question, as in a shell; ArrowDown goes back.

export interface RecallPorts {
  readonly box: () => HTMLTextAreaElement;
  /** The questions of this conversation, oldest first. */
  readonly questions: () => readonly string[];
  readonly replace: (text: string) => void;
}

export class Recall {
  readonly #ports: RecallPorts;
  /** The recalled question, while it is unchanged. */
  #shown: { readonly index: number; readonly text: string } | undefined;

  constructor(ports: RecallPorts) {
    this.#ports = ports;
  }

  /** Returns whether it has handled the key. */
  key(event: KeyboardEvent): boolean {
    if ((event.key !== 'ArrowUp' && event.key !== 'ArrowDown') || event.isComposing) return false;
    if (event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return false;
    const { value, selectionStart, selectionEnd } = this.#ports.box();
    const shown = this.#shown?.text === value ? this.#shown : undefined;
    // Inside a text the arrows move the caret.
    const atEdge = selectionStart === selectionEnd && (selectionStart === 0 || selectionStart === value.length);
    if ((value !== '' && shown === undefined) || !atEdge) return false;
    const questions = this.#ports.questions();
    const index = (shown?.index ?? questions.length) + (event.key === 'ArrowUp' ? -1 : 1);
    if (index < 0 || index > questions.length || (index === questions.length && shown === undefined)) return false;
    const text = questions[index] ?? '';
    this.#shown = index === questions.length ? undefined : { index, text };
    this.#ports.replace(text);
    event.preventDefault();
    return true;
  }
}
