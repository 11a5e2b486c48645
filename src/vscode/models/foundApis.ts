/** Remembers the protocols detected for servers whose setting names none, across restarts; reported once. */
import * as vscode from 'vscode';
import { type Api, apis } from '../../core/provider/provider.ts';
import * as notify from '../ui/notify.ts';
import { protocols } from '../../core/provider/protocols.ts';

const memoryKey = 'rivulet.foundApis';
const maxKept = 100;

export class FoundApis {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  get(baseURL: string): Api | undefined {
    const kept = this.#kept();
    return Object.hasOwn(kept, baseURL) ? apis.find((api) => api === kept[baseURL]) : undefined;
  }

  /** @param name the endpoint's name */
  set(baseURL: string, api: Api, name: string): void {
    if (this.get(baseURL) === api) return;
    const others = Object.entries(this.#kept()).filter(([address]) => address !== baseURL);
    void this.#memory.update(memoryKey, Object.fromEntries([...others.slice(1 - maxKept), [baseURL, api]]));
    // Most servers speak chat completions, so it is not reported.
    if (api !== 'chat') void notify.information(vscode.l10n.t('{0} speaks {1}. Rivulet uses it from now on.', name, protocols[api].label));
  }

  #kept(): Readonly<Record<string, unknown>> {
    const kept = this.#memory.get<unknown>(memoryKey);
    return typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>) : {};
  }
}
