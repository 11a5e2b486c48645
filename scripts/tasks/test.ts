// `npm test [-- unit|host|browser [filter …]]`: runs the stages and ends with one line, `N passed, N failed`.
import { inspect } from 'node:util';
import { Explained, runTask } from '../explained.ts';
import { ensureWindows } from '../place.ts';
import { Output } from '../output.ts';
import { browser, build, check, host, unit } from '../stages.ts';
import { one, sum, type Tally } from '../tally.ts';

interface Stage {
  readonly title: string;
  readonly run: (filters: readonly string[], output: Output) => Promise<Tally>;
}

const stages: Readonly<Record<string, Stage>> = {
  check: { title: 'Type-check and lint', run: check },
  build: { title: 'Build', run: build },
  unit: { title: 'Unit tests', run: unit },
  host: { title: 'In-host tests (in the extension host of a real VS Code)', run: host },
  browser: { title: 'Browser tests (in the window of a real VS Code)', run: browser },
};
/**
 * Groups run one after another. The lanes of a group run in parallel, the stages of a lane one after another: tests in a window
 * mostly wait for VS Code, which leaves the cores to unit tests, but two windows at once would be in each other's way.
 */
const groups: readonly (readonly (readonly string[])[])[] = [[['check']], [['build']], [['unit'], ['host', 'browser']]];

// CI=true turns on colours, which a log file cannot show.
if (!process.stdout.isTTY) process.env['NO_COLOR'] = '1';

await runTask(async () => {
  const [asked, ...filters] = process.argv.slice(2);
  if (asked !== undefined && !(asked in stages)) throw new Explained(`There are these stages: ${Object.keys(stages).join(', ')}.`);
  const needsBuild = asked === 'host' || asked === 'browser';
  const wanted = asked === undefined ? groups : needsBuild ? [[['build']], [[asked]]] : [[[asked]]];
  const names = wanted.flat(2);
  const failures: string[] = [];
  let passed = 0;
  for (const lanes of wanted) {
    if (lanes.flat().some((name) => name !== 'check' && name !== 'build')) await ensureWindows();
    const outputs = lanes.map((_, place) => new Output(place === 0));
    const running = lanes.map(async (lane, place) => {
      const tallies: Tally[] = [];
      for (const name of lane) {
        tallies.push(await runStage(stages[name]!, `[${names.indexOf(name) + 1}/${names.length}]`, filters, outputs[place]!));
      }
      return sum(tallies);
    });
    for (const [place, lane] of running.entries()) {
      outputs[place]!.open();
      const tally = await lane;
      passed += tally.passed;
      failures.push(...tally.failures);
    }
  }
  if (failures.length > 0) console.log(`\nFailed:\n${failures.map((failure) => `  - ${failure}`).join('\n')}`);
  console.log(`\n${passed} passed, ${failures.length} failed`);
  return failures.length === 0 ? 0 : 1;
});

async function runStage({ title, run }: Stage, label: string, filters: readonly string[], output: Output): Promise<Tally> {
  const say = (line: string): void => output.say(line);
  say(`\n${label} ${title} …`);
  const startMs = performance.now();
  const tally = await run(filters, output).catch((error: unknown) => {
    say(error instanceof Explained ? error.message : inspect(error));
    return one(`${title} could not run`, false);
  });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  say(`${label} ${title}: ${tally.passed} passed, ${tally.failures.length} failed (${seconds} s)`);
  return tally;
}
