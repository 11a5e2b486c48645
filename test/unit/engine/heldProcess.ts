// Run by held.test.ts in a process of its own, where nothing else is on the heap: reads so much of an answer, then stands
// still, and prints what the process holds by then.
import { rig } from '../../support/engine.ts';

const [url = '', characters = '0'] = process.argv.slice(2);
const { start } = rig();

/** Bytes in use, in and outside of the heap, once everything that can go has gone. */
async function used(): Promise<number> {
  for (let round = 0; round < 4; round++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    globalThis.gc?.();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The first request of a process loads code, which stays; it is no part of the answer. */
await start(url, { options: { limits: { maxCharacters: 10_000 } } }).ended;
const before = await used();
const stream = start(url, { options: { limits: { stopRepetition: false } } });
const reader = stream.tape.read({ pacing: true });
for (let read = 0; read < Number(characters);) {
  await reader.more();
  for (const event of reader.take(20)) if (event.type === 'text') read += event.text.length;
}
// Until it has read as much as it reads ahead, and then no more.
let place = -1;
while (place !== stream.tape.length || stream.tape.lag < 100) {
  place = stream.tape.length;
  await new Promise((resolve) => setTimeout(resolve, 300));
}
const held = (await used()) - before;
console.log(JSON.stringify({ held, characters: stream.text.length, lag: stream.tape.lag }));
process.exit(0);
