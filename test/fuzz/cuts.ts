// Answers that a server keeps, cut one to five times at any byte, in the headers too and while they are read on: what comes
// of them is the answer without a cut, of exactly one generation.
import { isDeepStrictEqual } from 'node:util';
import { collect, endOf, hurried, problemsOf, rig } from '../support/engine.ts';
import { headerBytes, type KeepingKind, type KeepingServer, keepingServer, type KeptRecording } from '../support/keepingServer.ts';
import { keptRecordings } from '../support/keptRecordings.ts';
import { seeded } from '../support/random.ts';

export const apiOfKind = { responses: 'responses', session: 'chat', interactions: 'gemini' } as const;

async function read(server: KeepingServer, { kind }: KeptRecording) {
  const stream = rig({ clock: hurried }).start(server.url, { endpoint: { api: apiOfKind[kind], resumable: true } });
  const events = await collect(stream);
  const end = endOf(events);
  const reasoning = events.map((event) => (event.type === 'reasoning' ? event.text : '')).join('');
  const { text, reason, error, usage } = end;
  return { events, end, said: { text, reasoning, reason, error, usage, calls: stream.toolCalls, parts: stream.parts } };
}

const wholes = new Map<KeptRecording, Promise<Awaited<ReturnType<typeof read>>['said']>>();

function withoutCut(recording: KeptRecording): Promise<Awaited<ReturnType<typeof read>>['said']> {
  const known = wholes.get(recording);
  if (known !== undefined) return known;
  const asked = (async () => {
    await using server = await keepingServer(recording);
    return (await read(server, recording)).said;
  })();
  wholes.set(recording, asked);
  return asked;
}

const all: readonly KeptRecording[] = (['responses', 'session', 'interactions'] as const satisfies readonly KeepingKind[]).flatMap((kind) =>
  keptRecordings(kind),
);

/** @returns what is wrong with the answer of this seed */
export async function cutCase(seed: number): Promise<readonly string[]> {
  const next = seeded(seed);
  const recording = all[Math.floor(next() * all.length)]!;
  const tears = Array.from({ length: 8 }, () => next() < 0.5);
  await using server = await keepingServer(recording, () => tears.pop() ?? true);
  const cuts = Array.from({ length: 1 + Math.floor(next() * 5) }, () =>
    Math.floor(next() < 0.15 ? next() * headerBytes : headerBytes + next() * recording.body.length),
  );
  server.cuts = [...cuts];
  const [{ said, events }, expected] = [await read(server, recording), await withoutCut(recording)];
  const problems = problemsOf(events);
  const what = `${recording.kind} ${recording.name} cut at ${cuts.map((cut) => cut - headerBytes).join(', ')}`;
  if (server.begun.length !== 1) problems.push(`${server.begun.length} generations`);
  if (events.some(({ type }) => type === 'seam')) problems.push('a seam');
  if (said.error?.code === 'sending-uncertain') {
    // The server's id of the answer never arrived, so the rest cannot be requested.
    const body = Buffer.from(recording.body);
    const named = cuts[0]! - headerBytes > body.indexOf('\n\n', body.indexOf('"id":')) + 8;
    if (recording.kind === 'session' || named) problems.push('it was not read on');
    if (said.text !== '') problems.push('text of an answer without a name');
  } else if (!isDeepStrictEqual(said, expected)) {
    problems.push(`got ${JSON.stringify(said)}`, `expected ${JSON.stringify(expected)}`);
  }
  return problems.length === 0 ? [] : [what, ...problems];
}
