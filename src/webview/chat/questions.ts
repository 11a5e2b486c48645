// Navigation between questions, and the sticky line with the question of the answer in view.
import { create } from '../shared/create.ts';
import type { ToPage } from '../../core/chat/page/protocol.ts';
import type { PageStrings } from '../../core/chat/page/pageStrings.ts';
import { fill } from '../shared/words.ts';
import type { MessageView } from './answer/message.ts';
import type { AutoScroll } from './autoScroll.ts';
import type { Transcript } from './transcript.ts';

export interface QuestionPorts {
  readonly strings: PageStrings;
  readonly transcript: Transcript;
  readonly view: AutoScroll;
}

type Target = Extract<ToPage, { type: 'goTo' }>['question'];

/** Distance, in px, that counts as the top; zoom levels make offsets fractional. */
const AT_TOP_PX = 6;

export class Questions {
  readonly element = create('button', { type: 'button', className: 'sticky-question', hidden: true });
  readonly #ports: QuestionPorts;
  #looking = false;
  #shown: MessageView | undefined;

  constructor(ports: QuestionPorts) {
    this.#ports = ports;
    this.element.addEventListener('click', () => this.#shown && this.#show(this.#shown));
    ports.transcript.element.addEventListener('scroll', () => this.look(), { passive: true });
  }

  go(target: Target): void {
    const questions = this.#ports.transcript.askedQuestions;
    const found = typeof target === 'object' ? questions.find(({ id }) => id === target.id) : this.#beside(questions, target);
    if (found !== undefined) this.#show(found);
    else if (target === 'next') this.#ports.view.jump();
  }

  /** Starts from the focused question if it is in view, else from the top of the view. */
  #beside(questions: readonly MessageView[], way: 'next' | 'previous'): MessageView | undefined {
    const at = questions.findIndex((question) => question.element === document.activeElement && this.#isInView(question));
    if (at !== -1) return questions[at + (way === 'next' ? 1 : -1)];
    if (way === 'next') return questions.find((question) => this.#top(question) > AT_TOP_PX);
    // If all questions are in view, starts from the newest.
    return questions.findLast((question) => this.#top(question) < -AT_TOP_PX) ?? questions.findLast((question) => this.#isInView(question));
  }

  #isInView(question: MessageView): boolean {
    const top = this.#top(question);
    return top >= -AT_TOP_PX && top < this.#ports.transcript.element.clientHeight;
  }

  /** Updates the sticky line with the next frame. */
  look(): void {
    if (this.#looking) return;
    this.#looking = true;
    requestAnimationFrame(() => {
      this.#looking = false;
      this.#stick();
    });
  }

  #stick(): void {
    const questions = this.#ports.transcript.askedQuestions;
    let low = -1;
    for (let high = questions.length; high - low > 1;) {
      const middle = (low + high) >> 1;
      if (this.#top(questions[middle]!) <= AT_TOP_PX) low = middle;
      else high = middle;
    }
    const question = questions[low];
    const gone = question !== undefined && this.#top(question) + question.element.offsetHeight <= 0;
    this.#shown = gone ? question : undefined;
    this.element.hidden = !gone;
    this.#ports.transcript.element.classList.toggle('has-sticky', gone);
    const line = gone ? question.text.trim().split('\n', 1)[0]!.slice(0, 300) : '';
    if (this.element.textContent === line) return;
    this.element.textContent = line;
    this.element.setAttribute('aria-label', fill(this.#ports.strings.goToQuestion, line));
  }

  #top({ element }: MessageView): number {
    return element.getBoundingClientRect().top - this.#ports.transcript.element.getBoundingClientRect().top;
  }

  #show(question: MessageView): void {
    question.element.focus({ preventScroll: true });
    this.#ports.view.hold(() => {
      if (Math.abs(this.#top(question)) > 1) question.element.scrollIntoView({ block: 'start' });
    });
  }
}
