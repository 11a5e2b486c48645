// Recordings of answers that a server keeps: complete ones, and interrupted ones assembled from their two halves.
import { readFileSync } from 'node:fs';
import type { KeepingKind, KeptRecording } from './keepingServer.ts';

const files: Readonly<Record<KeepingKind, readonly (readonly [folder: string, name: string])[]>> = {
  responses: [
    ['responses', '01-plain.sse'],
    ['responses', '02-cjk-emoji.sse'],
    ['responses', '03-reasoning-summary-encrypted.sse'],
    ['responses', '04-reasoning-text.sse'],
    ['responses', '05-tool-call.sse'],
    ['responses', '06-parallel-calls.sse'],
    ['responses', '07-refusal.sse'],
    ['responses', '08-incomplete-length.sse'],
    ['responses', '14-obfuscation-unknown.sse'],
    ['responses', '18a-background-cut.sse+18b-background-resumed.sse'],
    ['responses', '19-items-out-of-order.sse'],
  ],
  session: [
    ['sessions', '01a-cut.sse+01b-from.sse'],
    ['sessions', '02a-cut.sse+02b-from.sse'],
    ['sessions', '03a-cut.sse+03b-from.sse'],
  ],
  interactions: [
    ['interactions', '01-plain-thought.sse'],
    ['interactions', '02-calls.sse'],
    ['interactions', '03a-background-cut.sse+03b-background-resumed.sse'],
  ],
};

export function keptRecordings(kind: KeepingKind): readonly KeptRecording[] {
  return files[kind].map(([folder, names]) => ({ kind, name: names, body: bodyOf(kind, folder, names.split('+')) }));
}

/** When two halves are joined at an event, the partial event of the first is dropped; the second has all of it. */
function bodyOf(kind: KeepingKind, folder: string, names: readonly string[]): Uint8Array {
  const halves = names.map((name) => readFileSync(new URL(`../fixtures/protocols/${folder}/${name}`, import.meta.url)));
  if (kind === 'session' || halves.length === 1) return Buffer.concat(halves);
  const [first = '', second = ''] = halves.map(String);
  return Buffer.from(first.slice(0, first.lastIndexOf('\n\n') + 2) + second);
}
