/**
 * Recognises what a user pastes to connect a server: an address, a key, an example in any language, environment variables,
 * or the settings of another client.
 */
import { presets } from '../provider/catalog.ts';
import type { Api } from '../provider/provider.ts';
import { mendedAddress } from './address.ts';
import { factsOfJson } from './pastedJson.ts';
import { factsOfText, normalized } from './pastedText.ts';
import { type PastedFacts, presetOfKey } from './words.ts';

/** What was found about one server; the rest has to be asked for. */
export interface Pasted {
  /** A base address: with a scheme, without the path of a single request. */
  readonly baseURL?: string;
  readonly key?: string;
  /** The text states that no key is needed, as `EMPTY` or `ollama` do. */
  readonly keyless?: true;
  readonly models: readonly string[];
  /** The protocol, if the path, a header or a variable names it. */
  readonly api?: Api;
  /** The id of a well-known server, recognised by a name or the form of the key, if there is no address. */
  readonly preset?: string;
}

/** Longer than any client's settings. */
const maxCharacters = 200_000;

/** The servers found in the text; empty if nothing was recognised. */
export function recognized(text: string): readonly Pasted[] {
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

function pastedOf({ address, key, keyless, models, api, preset }: PastedFacts): Pasted {
  const mended = address === undefined ? undefined : mendedAddress(address);
  const found = key ?? mended?.key;
  const protocol = mended?.api ?? api;
  const known = (found === undefined ? undefined : presetOfKey(found)) ?? preset;
  return {
    ...(mended === undefined ? {} : { baseURL: mended.baseURL }),
    ...(found === undefined ? {} : { key: found }),
    ...(keyless && found === undefined ? { keyless } : {}),
    models: [...new Set([...(mended?.model === undefined ? [] : [mended.model]), ...models])],
    ...(protocol === undefined ? {} : { api: protocol }),
    ...(mended !== undefined || known === undefined ? {} : { preset: known }),
  };
}
