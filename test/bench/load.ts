// Many answers at once: what 1, 10, 50 and 200 streams of one server cost the process that reads them all.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collect, endOf, inParallel, rig } from '../support/engine.ts';
import { done, fakeServer, finish, text, wait } from '../support/fakeServer.ts';

const deltas = 200;
/** As fast as a fast server writes for one reader. */
const pauseMs = 10;

interface Load {
  readonly wholeMs: number;
  /** The longest time that the event loop was blocked. */
  readonly heldMs: number;
  readonly cpuMs: number;
  readonly whole: boolean;
}

async function load(streams: number): Promise<Load> {
  await using server = await fakeServer();
  const words = Array.from({ length: deltas }, (_, at) => `word ${at} `);
  server.always(async function* () {
    for (const word of words) {
      yield text(word);
      yield wait(new Promise((resolve) => setTimeout(resolve, pauseMs)));
    }
    yield finish();
    yield done();
  });
  const { start } = rig();
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const cpu = process.cpuUsage();
  const beganMs = performance.now();
  const ends: boolean[] = [];
  await inParallel(Array.from({ length: streams }), streams, async () => {
    const end = endOf(await collect(start(server.url)));
    ends.push(end.reason === 'stop' && end.text === words.join(''));
  });
  const { user, system } = process.cpuUsage(cpu);
  loop.disable();
  return { wholeMs: performance.now() - beganMs, heldMs: loop.max / 1e6, cpuMs: (user + system) / 1000, whole: ends.every(Boolean) };
}

await load(10);
const rows: Record<string, object> = {};
for (const streams of [1, 10, 50, 200]) {
  const { wholeMs, heldMs, cpuMs, whole } = await load(streams);
  rows[`${streams} streams of ${deltas} deltas`] = {
    'all whole': whole,
    seconds: (wholeMs / 1000).toFixed(2),
    'longest block, ms': heldMs.toFixed(1),
    'CPU for each delta, µs': ((cpuMs * 1000) / (streams * deltas)).toFixed(0),
  };
}
console.log('The server is in the same process: its work is in the CPU time and in the blocks.');
console.table(rows);
