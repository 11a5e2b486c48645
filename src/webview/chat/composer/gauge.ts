// The size of the next prompt: a ring that fills up and a number, with details in the hover.
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { PromptSize } from '../../../core/chat/page/protocol.ts';
import type { PageStrings } from '../../../core/chat/page/pageStrings.ts';
import { fill, numberText } from '../../shared/words.ts';
import type { Room } from '../controlRoom.ts';

/** The circumference is 100, so dash lengths are percentages. */
const radius = 100 / (2 * Math.PI);

/** @param room room of the number beside the ring */
export function gauge(strings: PageStrings, size: PromptSize | undefined, room: Room): TemplateResult | typeof nothing {
  if (size === undefined) return nothing;
  const { prompt, window, exact, state } = size;
  const tokens = `${exact ? '' : '~'}${numberText(prompt)}`;
  const whole = window === undefined ? fill(strings.promptTokens, tokens) : fill(strings.promptOf, tokens, numberText(window));
  const warning = state === 'near' ? [strings.promptNear] : state === 'over' ? [strings.promptOver] : [];
  const lines = [whole, ...warning, ...partsOf(strings, size)];
  const share = window === undefined ? 0 : Math.min(1, prompt / window);
  return html`<span
    class="gauge ${state}"
    role="meter"
    tabindex="0"
    aria-label=${strings.nextPrompt}
    aria-valuemin="0"
    aria-valuenow=${window === undefined ? prompt : Math.min(prompt, window)}
    aria-valuemax=${window ?? nothing}
    aria-valuetext=${lines.join('\n')}
    title=${[strings.nextPrompt, ...lines].join('\n')}
  >
    ${window === undefined ? nothing : ring(share)}
    <span class="gauge-text ${window === undefined ? '' : room.fits}" aria-hidden="true"
      >${exact ? '' : '~'}${numberText(prompt, { notation: 'compact', maximumFractionDigits: 1 })}</span
    >
  </span>`;
}

function ring(share: number): TemplateResult {
  const circle = (name: string, length: number): TemplateResult =>
    svg`<circle class=${name} cx="20" cy="20" r=${radius} fill="none" stroke-width="6" stroke-dasharray="${length} 100"></circle>`;
  return html`<svg class="ring" viewBox="0 0 40 40" aria-hidden="true">
    ${circle('ring-whole', 100)}${circle('ring-share', share * 100)}
  </svg>`;
}

function partsOf(strings: PageStrings, { system, history, attachments, question, answer }: PromptSize): readonly string[] {
  const parts: readonly (readonly [sentence: string, tokens: number])[] = [
    [strings.promptSystem, system],
    [strings.promptHistory, history],
    [strings.promptAttachments, attachments],
    [strings.promptQuestion, question],
    [strings.promptAnswer, answer ?? 0],
  ];
  return parts.filter(([, tokens]) => tokens > 0).map(([sentence, tokens]) => fill(sentence, numberText(tokens)));
}
