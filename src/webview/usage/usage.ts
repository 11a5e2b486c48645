// The usage page: a chart, a table with the same data, filters, export and deletion.
import './usage.css';
import '@vscode-elements/elements/dist/vscode-button/vscode-button.js';
import { html, nothing, render, type TemplateResult } from 'lit';
import type { FromUsagePage, ToUsagePage, UsageFilter, UsageStrings, UsageView } from '../../core/usage/protocol.ts';
import { fill } from '../shared/words.ts';
import { chart } from './chart.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromUsagePage): void };

const host = acquireVsCodeApi();
const strings = JSON.parse(document.getElementById('boot')!.textContent!) as UsageStrings;
const spans: readonly UsageFilter['days'][] = [7, 30, 90, 365];

type Option = UsageView['models'][number];

function choice(label: string, options: readonly Option[], chosen: string, choose: (id: string) => void): TemplateResult {
  const change = (event: Event): void => choose((event.target as HTMLSelectElement).value);
  return html`<label
    ><span>${label}</span
    ><select @change=${change}>
      ${options.map(({ id, label: text }) => html`<option value=${id} ?selected=${id === chosen}>${text}</option>`)}
    </select></label
  >`;
}

function page({ filter, table, models, workspaces, ...view }: UsageView): TemplateResult {
  // The filter may change again before the host has answered.
  let chosen = filter;
  const choose = (changes: Partial<UsageFilter>): void => {
    chosen = { ...chosen, ...changes };
    host.postMessage({ type: 'filter', filter: chosen });
  };
  const measures: readonly Option[] = [
    { id: 'tokens', label: strings.tokens },
    { id: 'cost', label: strings.cost },
  ];
  return html`
    <main>
      <h1>${strings.title}</h1>
      <form class="choices">
        ${choice(
          strings.days,
          spans.map((days) => ({ id: String(days), label: fill(strings.lastDays, days) })),
          String(filter.days),
          (id) => choose({ days: spans.find((days) => String(days) === id) ?? 30 }),
        )}
        ${choice(strings.measure, measures, filter.measure, (id) => choose({ measure: id === 'cost' ? 'cost' : 'tokens' }))}
        ${choice(strings.model, [{ id: '', label: strings.allModels }, ...models], filter.model, (model) => choose({ model }))}
        ${choice(strings.workspace, [{ id: '', label: strings.allWorkspaces }, ...workspaces], filter.workspace, (workspace) =>
          choose({ workspace }),
        )}
      </form>
      ${
        table.rows.length === 0
          ? html`<p class="none">${strings.none}</p>`
          : html`${
                filter.measure === 'tokens'
                  ? html`<p class="legend" aria-hidden="true">
                      <span class="key answer"></span>${strings.answer}<span class="key prompt"></span>${strings.prompt}
                    </p>`
                  : nothing
              }
              ${chart(view, filter.measure, strings.chart)}
              <div class="scroll" role="region" tabindex="0" aria-label=${strings.title}>
                <table>
                  <thead>
                    <tr>
                      ${table.head.map((name) => html`<th scope="col">${name}</th>`)}
                    </tr>
                  </thead>
                  <tbody>
                    ${table.rows.map(
                      (row) =>
                        html`<tr>
                          ${row.map((cell) => html`<td>${cell}</td>`)}
                        </tr>`,
                    )}
                  </tbody>
                  <tfoot>
                    <tr>
                      ${table.total.map((cell) => html`<td>${cell}</td>`)}
                    </tr>
                  </tfoot>
                </table>
              </div>`
      }
      <div class="actions">
        <vscode-button secondary @click=${() => host.postMessage({ type: 'export', format: 'csv' })}>${strings.exportCsv}</vscode-button>
        <vscode-button secondary @click=${() => host.postMessage({ type: 'export', format: 'json' })}>${strings.exportJson}</vscode-button>
        <vscode-button secondary @click=${() => host.postMessage({ type: 'delete' })}>${strings.delete}</vscode-button>
      </div>
    </main>
  `;
}

window.addEventListener('message', ({ data }: MessageEvent<ToUsagePage>) => render(page(data.view), document.getElementById('root')!));
host.postMessage({ type: 'ready' });
