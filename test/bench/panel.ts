// `npm run bench:panel`: what it costs a panel to show a growing answer, for Rivulet and for the ways others do it.
//
// All in one run of one Chromium, layout included, the view pinned to the end; compare ratios, not milliseconds.
// `-- quick` measures less (50 KB and below); `-- 100000 mixed` only that size and shape; `-- host`
// compares in the window of a real VS Code.
import { answer, SHAPES, type Shape } from '../unit/webview/answers.ts';
import { bundle, launch, open } from '../unit/webview/chromium.ts';
import type { Measured } from './panel/inPage.ts';
import type { RivalName } from './panel/rivals.ts';
import { readdirSync, readFileSync } from 'node:fs';

const args = process.argv.slice(2);
if (args.includes('host')) {
  // In the window of a real VS Code, compared with its own Chat.
  const { compareInHost } = await import('./panel/inHost.ts');
  await compareInHost();
  process.exit();
}
const quick = args.includes('quick');
const only = args.map(Number).find((size) => size > 0);
const shapes = SHAPES.filter((shape) => !args.some((arg) => (SHAPES as readonly string[]).includes(arg)) || args.includes(shape));
const SIZES = only ? [only] : quick ? [12_500, 25_000, 50_000] : [25_000, 50_000, 100_000, 200_000];
const SAMPLES = 96;
/** Streamed update by update. The others would take minutes, so evenly spaced updates of theirs are measured. */
const WHOLE: readonly RivalName[] = ['plain append', 'rivulet', 'streaming-markdown'];
const SAMPLED: readonly RivalName[] = ['block-memoised', 'streamdown', 'full re-render'];

interface Bench {
  stream(name: RivalName, text: string, updatesPerPaint?: number): Promise<Measured>;
  sample(name: RivalName, text: string, count: number): Promise<Measured>;
  colours(code: string): Promise<{ streamedMs: number; onceMs: number }>;
  mend(text: string): Promise<{ totalMs: number; longestMs: number }>;
}

const browser = await launch(['--disable-frame-rate-limit', '--disable-gpu-vsync', '--js-flags=--expose-gc']);
const entry = new URL('./panel/inPage.ts', import.meta.url).pathname;
const page = await open(
  browser,
  await bundle(entry, { minify: true }),
  '<link rel="stylesheet" href="/page.css"><body class="vscode-dark">',
);
await page.setViewportSize({ width: 460, height: 800 });
const run = <T>(work: (bench: Bench, argument: [RivalName, string, number]) => Promise<T>, argument: [RivalName, string, number]) =>
  page.evaluate(
    ([source, given]) =>
      new Function('bench', 'argument', `return (${source})(bench, argument)`)(
        (window as unknown as { bench: Bench }).bench,
        given,
      ) as Promise<T>,
    [work.toString(), argument] as const,
  );

const failures: string[] = [];
for (const name of WHOLE) await run((bench, [n, text]) => bench.stream(n, text), [name, answer('mixed', 10_000), 0]);
for (const shape of shapes) await measure(shape);
if (shapes.includes('mixed')) await painted();
await colours();
await lateDefinitions();
await browser.close();
console.log(failures.length === 0 ? '\nAll goals are met.' : `\nNot met:\n${failures.map((failure) => `- ${failure}`).join('\n')}`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function measure(shape: Shape): Promise<void> {
  console.log(
    `\n${shape}: total ms (exponent per doubling) | ` +
      `slowest 1 % and slowest update at the largest size measured, each update at its best of the runs`,
  );
  const results = new Map<RivalName, Measured[]>();
  for (const name of [...WHOLE, ...SAMPLED]) {
    const measured: Measured[] = [];
    for (const size of SIZES) {
      const text = answer(shape, size);
      // Others take seconds per update in one huge block, so measure fewer updates and smaller sizes.
      const count = shape === 'mixed' ? SAMPLES : 6;
      if (shape !== 'mixed' && name !== 'rivulet' && size > (SAMPLED.includes(name) ? 50_000 : 100_000)) break;
      if (SAMPLED.includes(name)) measured.push(await run((bench, [n, t, c]) => bench.sample(n, t, c), [name, text, count]));
      else
        measured.push(
          best(
            await times(name === 'rivulet' ? 4 : shape === 'mixed' && name !== 'plain append' ? 3 : 1, () =>
              run((bench, [n, t]) => bench.stream(n, t), [name, text, 0]),
            ),
          ),
        );
    }
    results.set(name, measured);
    if (measured.length > 0) console.log(row(name, measured));
  }
  judge(shape, results);
}

async function times<T>(count: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let round = 0; round < count; round++) results.push(await work());
  return results;
}

/**
 * Of several runs the least total, and each update's least. What an update itself costs comes back in every run; what
 * the machine does elsewhere, and the collection of garbage, falls on other updates each time. The slowest that any one
 * run showed is printed beside it.
 */
function best(runs: readonly Measured[]): Measured {
  const times = runs[0]!.times.map((_, index) => Math.min(...runs.map((one) => one.times[index]!)));
  const sorted = times.toSorted((a, b) => a - b);
  return {
    totalMs: Math.min(...runs.map(({ totalMs }) => totalMs)),
    updates: times.length,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    maxMs: sorted.at(-1) ?? 0,
    over50: sorted.filter((ms) => ms > 50).length,
    times,
    slowestMs: Math.min(...runs.map(({ maxMs }) => maxMs)),
  };
}

function row(name: RivalName, measured: readonly Measured[]): string {
  const totals = measured.map(({ totalMs }) => totalMs.toFixed(0).padStart(8)).join('');
  const last = measured.at(-1)!;
  const note = SAMPLED.includes(name) ? ' (sampled)' : '';
  const anyRun = last.slowestMs === undefined ? '' : ` (in the calmest run ${last.slowestMs.toFixed(1)})`;
  const largest = `p99 ${last.p99Ms.toFixed(2)}, max ${last.maxMs.toFixed(1)}${anyRun}`;
  return `  ${name.padEnd(20)}${totals}  (${exponent(measured).toFixed(2)}) | ${largest}${note}`;
}

/** 1 means cost grows with the text; 2 with its square. */
function exponent(measured: readonly Measured[]): number {
  return Math.log2(measured.at(-1)!.totalMs / measured[0]!.totalMs) / Math.max(1, measured.length - 1);
}

function judge(shape: Shape, results: ReadonlyMap<RivalName, readonly Measured[]>): void {
  const ours = results.get('rivulet')!;
  const largest = ours.at(-1)!;
  if (shape === 'mixed') {
    const at = Math.max(0, SIZES.indexOf(100_000));
    const ratio = (name: RivalName) => ours[at]!.totalMs / results.get(name)![at]!.totalMs;
    goal(ratio('streaming-markdown') <= 1, `${ratio('streaming-markdown').toFixed(2)} of streaming-markdown (goal 1.00)`);
    goal(ratio('streamdown') <= 1 / 15, `1/${(1 / ratio('streamdown')).toFixed(0)} of streamdown (goal 1/15)`);
    goal(ratio('full re-render') <= 1 / 100, `1/${(1 / ratio('full re-render')).toFixed(0)} of the full re-render (goal 1/100)`);
    console.log(`            ${ratio('block-memoised').toFixed(2)} of block-memoised, ${ratio('plain append').toFixed(1)} × plain append`);
  }
  if (SIZES.length > 1) goal(exponent(ours) <= 1.15, `${shape}: exponent ${exponent(ours).toFixed(2)} (goal 1.15)`);
  goal(largest.p99Ms <= 4, `${shape}: slowest 1 % of updates from ${largest.p99Ms.toFixed(2)} ms (goal 4)`);
  goal(largest.maxMs <= 16.7 && largest.over50 === 0, `${shape}: slowest update ${largest.maxMs.toFixed(1)} ms (goal 16.7)`);
}

async function colours(): Promise<void> {
  console.log("\ncolouring TypeScript (this page's own source) while it streams, against one pass over the whole:");
  const folder = new URL('../../src/webview/markdown/', import.meta.url);
  const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .toSorted()
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n');
  const sizes = [5_000, 10_000, 20_000, 40_000];
  const measured: { streamedMs: number; onceMs: number }[] = [];
  for (const size of sizes) measured.push(await run((bench, [, text]) => bench.colours(text), ['rivulet', source.slice(0, size), 0]));
  for (const [index, { streamedMs, onceMs }] of measured.entries())
    console.log(
      `  ${String(sizes[index]).padStart(6)}  ${streamedMs.toFixed(1)} ms / ${onceMs.toFixed(1)} ms = ${(streamedMs / onceMs).toFixed(2)}`,
    );
  const { streamedMs, onceMs } = measured.at(-1)!;
  const growth = Math.log2(streamedMs / measured[0]!.streamedMs) / 3;
  goal(streamedMs <= 1.3 * onceMs, `colouring costs ${(streamedMs / onceMs).toFixed(2)} of one pass (goal 1.3)`);
  goal(growth <= 1.1, `colouring grows with exponent ${growth.toFixed(2)} (goal 1.1)`);
}

/** With a paint after every single update, as on a screen that keeps up: paints cost all of them the same. */
async function painted(): Promise<void> {
  const text = answer('mixed', only ?? 100_000);
  const measure = (name: RivalName) => run((bench, [n, t]) => bench.stream(n, t, 1), [name, text, 0]);
  const [ours, theirs]: [Measured[], Measured[]] = [[], []];
  for (let round = 0; round < 3; round++) {
    ours.push(await measure('rivulet'));
    theirs.push(await measure('streaming-markdown'));
  }
  const [a, b] = [best(ours), best(theirs)];
  console.log(
    `\nevery update painted: rivulet ${a.totalMs.toFixed(0)} ms (p99 ${a.p99Ms.toFixed(2)}), ` +
      `streaming-markdown ${b.totalMs.toFixed(0)} ms (p99 ${b.p99Ms.toFixed(2)}), ratio ${(a.totalMs / b.totalMs).toFixed(2)}`,
  );
}

/** A definition for every paragraph, and only at the very end. */
async function lateDefinitions(): Promise<void> {
  const whole = answer('mixed', 100_000);
  // Up to a heading, so that the definition is not a line of open code.
  const linked = whole.slice(0, whole.lastIndexOf('\n\n#')).replace(/\]\(https:[^)]*\)/g, '][late]');
  const text = `${linked}\n\n[late]: https://example.com/late\n`;
  const { totalMs, longestMs } = await run((bench, [, given]) => bench.mend(given), ['rivulet', text, 0]);
  console.log(`\nlate link definitions in 100 KB, mended in ${totalMs.toFixed(0)} ms:`);
  goal(longestMs <= 8, `mending: longest slice ${longestMs.toFixed(1)} ms (goal 8)`);
}

function goal(met: boolean, sentence: string): void {
  console.log(`    ${met ? 'met    ' : 'NOT MET'} ${sentence}`);
  if (!met) failures.push(sentence);
}
