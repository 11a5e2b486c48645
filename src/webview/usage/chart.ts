// A bar chart by day, as SVG in theme colours. Prompt and answer differ by pattern too, not only by colour.
import { svg, html, type TemplateResult } from 'lit';
import type { UsageFilter, UsageView } from '../../core/usage/protocol.ts';

const width = 900;
const height = 260;
const left = 70;
const bottom = 24;
const top = 10;
/** Days that are named below the bars, at most. */
const namedDays = 10;

export function chart({ bars, marks }: Pick<UsageView, 'bars' | 'marks'>, measure: UsageFilter['measure'], label: string): TemplateResult {
  const most = marks.at(-1)?.at ?? 1;
  const step = (width - left) / bars.length;
  const y = (value: number): number => top + (height - top - bottom) * (1 - value / most);
  const each = Math.ceil(bars.length / namedDays);
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label=${label}>
    <defs>
      <pattern id="stripes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="stripe" width="3" height="6"></rect>
      </pattern>
    </defs>
    ${marks.map(
      (mark) => svg`<line class="mark" x1=${left} x2=${width} y1=${y(mark.at)} y2=${y(mark.at)}></line>
        <text class="scale" x=${left - 8} y=${y(mark.at) + 4} text-anchor="end">${mark.label}</text>`,
    )}
    ${bars.map((bar, index) => {
      const x = left + index * step;
      const [below = 0, above = 0] = measure === 'tokens' ? bar.parts : [0, ...bar.parts];
      const wide = Math.max(1, step * 0.7);
      return svg`<g>
        <title>${bar.spoken}</title>
        <rect class="hit" x=${x} y=${top} width=${step} height=${height - top - bottom}></rect>
        <rect class="prompt" x=${x + step * 0.15} y=${y(below)} width=${wide} height=${y(0) - y(below)}></rect>
        <rect class="answer" x=${x + step * 0.15} y=${y(below + above)} width=${wide} height=${y(below) - y(below + above)}></rect>
        ${index % each === 0 ? svg`<text class="day" x=${x + step / 2} y=${height - 6} text-anchor="middle">${bar.label}</text>` : ''}
      </g>`;
    })}
  </svg>`;
}
