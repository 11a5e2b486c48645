// `npm run fuzz [-- --minutes n] [--only name] [--from seed]`: random cases of every fuzzer, and at the end what was run.
import { parseArgs } from 'node:util';
import { type Fuzzer, fuzzers } from '../../test/fuzz/fuzzers.ts';
import { Explained, runTask } from '../explained.ts';

interface Outcome {
  readonly fuzzer: Fuzzer;
  readonly cases: number;
  readonly seconds: number;
  readonly failed: number;
}

/** A fuzzer that fails this often has said enough. */
const mostFailures = 3;
const reportEveryMs = 60_000;

await runTask(async () => {
  const { values } = parseArgs({
    options: { minutes: { type: 'string', default: '1' }, only: { type: 'string' }, from: { type: 'string', default: '1' } },
  });
  const [minutes, from] = [Number(values.minutes), Number(values.from)];
  if (!(minutes > 0) || !Number.isInteger(from)) throw new Explained('Say it like this: npm run fuzz -- --minutes 5 --from 1');
  const wanted = fuzzers.filter(({ name }) => values.only === undefined || name === values.only);
  if (wanted.length === 0) throw new Explained(`There are these fuzzers: ${fuzzers.map(({ name }) => name).join(', ')}.`);
  const outcomes: Outcome[] = [];
  for (const fuzzer of wanted) {
    outcomes.push(await runFor((minutes * 60_000) / wanted.length, fuzzer, from));
    await fuzzer.end?.();
  }
  console.log('\nWhat was run:');
  for (const { fuzzer, cases, seconds, failed } of outcomes) {
    const seeds = `seeds ${from} to ${from + cases - 1}`;
    console.log(`  ${fuzzer.name}: ${cases} ${fuzzer.cases} (${seeds}) in ${seconds.toFixed(0)} s, ${failed} failed`);
  }
  return outcomes.every(({ failed }) => failed === 0) ? 0 : 1;
});

async function runFor(ms: number, fuzzer: Fuzzer, from: number): Promise<Outcome> {
  const startMs = performance.now();
  let reportedMs = startMs;
  let cases = 0;
  let failed = 0;
  console.log(`${fuzzer.name}: ${fuzzer.cases}, for ${(ms / 60_000).toFixed(1)} minutes …`);
  while (performance.now() - startMs < ms && failed < mostFailures) {
    const problems = await fuzzer.run(from + cases++);
    if (problems.length > 0) {
      failed++;
      console.log(`  seed ${from + cases - 1} failed:\n${problems.map((problem) => `    ${problem}`).join('\n')}`);
    }
    if (performance.now() - reportedMs < reportEveryMs) continue;
    reportedMs = performance.now();
    console.log(`  ${cases} so far, ${failed} failed`);
  }
  return { fuzzer, cases, seconds: (performance.now() - startMs) / 1000, failed };
}
