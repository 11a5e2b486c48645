// Runs a module with a function `run` in VS Code's extension host, as a test suite is run.
import { build } from 'esbuild';
import { dirname } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { root } from './paths.ts';
import type { Place } from './places.ts';
import { openWindow } from './workbench.ts';

/** @param contents TypeScript that exports `run`; its imports begin at the repository's root */
export async function bundleSuite(contents: string, outfile: string): Promise<void> {
  await mkdir(dirname(outfile), { recursive: true });
  await build({
    stdin: { contents, resolveDir: root },
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

const longestMs = 600_000;

/** Exit code of `run`, with VS Code's logs if it is not 0. */
export interface SuiteEnd {
  readonly code: number;
  readonly logs: unknown;
}

/**
 * Opens a window, runs the suite in its extension host, and closes the window.
 * @param say called with each line that the suite logs
 */
export async function runSuite(place: Place, suite: string, say: (line: string) => void = () => undefined): Promise<SuiteEnd> {
  const { promise: ended, resolve: end } = Promise.withResolvers<SuiteEnd>();
  const timer = setTimeout(() => end({ code: 1, logs: `The suite did not end in ${longestMs / 1000} s.` }), longestMs);
  await using _window = await openWindow(place, {
    tests: suite,
    // VS Code calls these two when a suite runs in its extension host.
    prepare: async (page) => {
      await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => say(args.map(String).join(' ')));
      await page.exposeFunction('codeAutomationExit', (code: number, logs: unknown) => end({ code, logs }));
    },
  });
  return await ended.finally(() => clearTimeout(timer));
}

/** @throws if the suite fails */
export async function runSuiteWell(place: Place, suite: string): Promise<void> {
  const { code, logs } = await runSuite(place, suite);
  if (code !== 0) throw new Error(`The measurement ended with ${code}. ${JSON.stringify(logs)}`);
}
