/**
 * Recognises what a user pastes to connect a server: an address, a key, an example in any language, environment variables,
 * or the settings of another client.
 */
import { present } from '../present.ts';
import { presets } from '../provider/catalog.ts';
import { repairedAddress } from './address.ts';
import { factsOfJson } from './pastedJson.ts';
import { factsOfText, normalized } from './pastedText.ts';
import { type PastedFacts, presetOfKey } from './words.ts';

/** What was found about one server; the rest has to be asked for. `preset` is set only without an address. */
export interface PastedServer extends Omit<PastedFacts, 'address'> {
  /** A base address: with a scheme, without the path of a single request. */
  readonly baseURL?: string;
}

/** Longer than any client's settings. */
const maxCharacters = 200_000;

/** The servers found in the text; empty if nothing was recognised. */
export function serversInText(text: string): readonly PastedServer[] {
  const plain = normalized(text.slice(0, maxCharacters));
  const facts = factsOfJson(plain) ?? factsOfText(plain.replaceAll('\\"', '"'));
  // For a server on this machine, which needs neither, its name is enough.
  const local = new Set(presets.flatMap(({ id, kind }) => (kind === 'local' ? [id] : [])));
  const found = facts
    .map(pastedOf)
    .filter(({ baseURL, key, preset }) => baseURL !== undefined || key !== undefined || (preset !== undefined && local.has(preset)));
  const seen = new Set<string>();
  return found.filter(({ baseURL, key, preset }) => {
    const id = JSON.stringify([baseURL, key, preset]);
    return seen.size < seen.add(id).size;
  });
}

function pastedOf({ address, key, keyless, models, api, preset }: PastedFacts): PastedServer {
  const mended = address === undefined ? undefined : repairedAddress(address);
  const found = key ?? mended?.key;
  const known = (found === undefined ? undefined : presetOfKey(found)) ?? preset;
  return {
    models: [...new Set([...(mended?.model === undefined ? [] : [mended.model]), ...models])],
    ...present({
      baseURL: mended?.baseURL,
      key: found,
      keyless: found === undefined ? keyless : undefined,
      api: mended?.api ?? api,
      preset: mended === undefined ? known : undefined,
    }),
  };
}
