// Looks for keys in the files that git tracks.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './paths.ts';
import { output } from './processes.ts';

/** Patterns of real keys. The fake ones in tests are shorter, so there are no exceptions. */
const shapes: Readonly<Record<string, RegExp>> = {
  'an OpenAI, Anthropic, DeepSeek or OpenRouter key': /\bsk-(?:[a-z]+-){0,2}[A-Za-z0-9_-]*[A-Za-z0-9]{24,}/,
  'a Google key': /\bAIza[\w-]{35}/,
  'a Groq key': /\bgsk_[A-Za-z0-9]{40,}/,
  'a Hugging Face token': /\bhf_[A-Za-z0-9]{30,}/,
  'a GitHub token': /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{50,})/,
  'an npm token': /\bnpm_[A-Za-z0-9]{36}/,
  'an AWS key': /\bAKIA[A-Z0-9]{16}\b/,
  'a Slack token': /\bxox[abprs]-[\w-]{20,}/,
  'a private key': /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/,
  'a bearer token': /\bBearer +[A-Za-z0-9._~+/-]{40,}/,
};

/** Parts of the text that look like keys. */
export function secretsIn(text: string): string[] {
  return Object.entries(shapes).flatMap(([what, shape]) => (shape.test(text) ? [what] : []));
}

/** A sentence for each match, without the match itself: logs are public too. */
export async function scanForSecrets(): Promise<string[]> {
  const files = (await output('git', ['-C', root, 'ls-files', '-z']))?.split('\0').filter((file) => file !== '') ?? [];
  if (files.length === 0) return ['git lists no files here, so nothing was looked at.'];
  const found = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(join(root, file), 'latin1').catch(() => '');
      return secretsIn(text).map((what) => `${file} holds what looks like ${what}.`);
    }),
  );
  return found.flat();
}
