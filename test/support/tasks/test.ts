// `npm test [-- unit|host|browser [filter …]]`: runs the stages and ends with one line, `N passed, N failed`, over all.
import { Explained, runTask } from '../explained.ts';
import { browser, build, check, host, unit } from '../stages.ts';
import { one, sum, type Tally } from '../tally.ts';

const stages: Readonly<Record<string, { readonly title: string; readonly run: (filters: readonly string[]) => Promise<Tally> }>> = {
  check: { title: 'Type-check and lint', run: check },
  build: { title: 'Build', run: build },
  unit: { title: 'Unit tests', run: unit },
  host: { title: 'In-host tests (in the extension host of a real VS Code)', run: host },
  browser: { title: 'Browser tests (in the window of a real VS Code)', run: browser },
};

// CI=true makes the tools colour their words, which a log file cannot show.
if (!process.stdout.isTTY) process.env['NO_COLOR'] = '1';

await runTask(async () => {
  const [asked, ...filters] = process.argv.slice(2);
  if (asked !== undefined && !(asked in stages)) throw new Explained(`There are these stages: ${Object.keys(stages).join(', ')}.`);
  const needsBuild = asked === 'host' || asked === 'browser';
  const wanted = asked === undefined ? Object.keys(stages) : needsBuild ? ['build', asked] : [asked];
  const tallies: Tally[] = [];
  for (const [index, name] of wanted.entries()) {
    const { title, run } = stages[name]!;
    console.log(`\n[${index + 1}/${wanted.length}] ${title} …`);
    const startMs = performance.now();
    const tally = await run(filters).catch((error: unknown) => {
      console.error(error instanceof Explained ? error.message : error);
      return one(`${title} could not run`, false);
    });
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    console.log(`[${index + 1}/${wanted.length}] ${title}: ${tally.passed} passed, ${tally.failures.length} failed (${seconds} s)`);
    tallies.push(tally);
  }
  const all = sum(tallies);
  if (all.failures.length > 0) console.log(`\nFailed:\n${all.failures.map((failure) => `  - ${failure}`).join('\n')}`);
  console.log(`\n${all.passed} passed, ${all.failures.length} failed`);
  return all.failures.length === 0 ? 0 : 1;
});
