/** The bytes of Oniguruma, which TextMate grammars need, as the build packs them. */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';

/** @param dist where esbuild.mjs puts the file; ends in a slash */
export async function readOniguruma(dist: URL): Promise<Uint8Array> {
  return promisify(brotliDecompress)(await readFile(new URL('onig.wasm.br', dist)));
}
