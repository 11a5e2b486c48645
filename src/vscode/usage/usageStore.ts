/** Records the usage of every answer, with totals for today and for this session. */
import * as vscode from 'vscode';
import type { Usage } from '../../api.ts';
import { dayOf, rowOf, type Totals, totalOf, type UsageRow } from '../../core/usage/ledger.ts';
import { usageByModel } from '../../core/usage/usageByModel.ts';
import { costOf, type Money, priceOf } from '../../core/usage/prices.ts';
import type { KnownModels } from '../models/knownModels.ts';
import type { LiveSettings } from '../settings/liveSettings.ts';
import { UsageFiles } from '../../node/disk/usageFiles.ts';
import type { Runtime } from '../runtime/createRuntime.ts';

export interface UsageStorePorts extends Pick<Runtime, 'engine' | 'clock' | 'log'> {
  /** Shared by all windows. */
  readonly folder: string;
  readonly settings: LiveSettings;
  readonly known: Pick<KnownModels, 'of'>;
}

export class UsageStore {
  readonly #ports: UsageStorePorts;
  readonly #files: UsageFiles;
  readonly #subscription: { dispose(): void };
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onChange = this.#changed.event;
  /** Rows of this window since it opened. */
  readonly #session: UsageRow[] = [];
  #today: { readonly day: string; readonly rows: readonly UsageRow[] } | undefined;

  constructor(ports: UsageStorePorts) {
    this.#ports = ports;
    this.#files = new UsageFiles(ports.folder);
    this.#subscription = ports.engine.onEnd(({ model, job, isLeft }, end) => {
      if (job.replayed === true || isLeft) return;
      const counted = job.kept?.counted;
      const isNew = counted === undefined || counted.total === 0;
      for (const [index, used] of usageByModel(model, end, counted).entries()) {
        this.record(used.model, used.usage, index === 0 && isNew ? 1 : 0);
      }
    });
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#files.flush();
    this.#changed.dispose();
  }

  /** Undefined if no price is known. */
  cost(model: string, usage: Usage): Money | undefined {
    // The server's own price takes precedence over the settings.
    return costOf(usage, this.#ports.known.of(model).facts.price ?? priceOf(this.#ports.settings.now().prices, model));
  }

  get session(): Totals {
    return totalOf(this.#session);
  }

  /** Of all windows, as last read; `refresh` reads again. */
  get today(): Totals {
    return this.#today?.day === this.#day() ? totalOf(this.#today.rows) : totalOf(this.#session.filter(({ day }) => day === this.#day()));
  }

  async refresh(): Promise<void> {
    const day = this.#day();
    this.#today = { day, rows: (await this.#files.read(day)).filter((row) => row.day === day) };
  }

  all(): Promise<readonly UsageRow[]> {
    return this.#files.read(this.#day());
  }

  async delete(): Promise<void> {
    await this.#files.delete();
    this.#session.length = 0;
    this.#today = undefined;
    this.#changed.fire();
  }

  #day(): string {
    return dayOf(this.#ports.clock.wall());
  }

  /** @param answers 0 for requests that are not answers, such as connection tests */
  record(model: string, usage: Usage, answers: 0 | 1): void {
    // The server did not answer, so nothing was used.
    if (usage.total === 0) return;
    const workspace = vscode.workspace.name ?? '';
    const row = rowOf({ day: this.#day(), model, workspace }, usage, this.cost(model, usage), answers);
    this.#session.push(row);
    try {
      this.#files.append(row);
    } catch (error) {
      this.#ports.log.error(`Usage could not be kept: ${error instanceof Error ? error.message : String(error)}`);
    }
    void this.refresh().then(() => this.#changed.fire());
  }
}
