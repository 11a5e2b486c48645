// Two projects: unit tests, and browser tests, which share one real VS Code that the setup starts.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // One more than the default: tests that wait for a browser or a server leave a core to others.
    maxWorkers: 2,
    projects: [
      {
        // Sentences are tested in Chinese, where one that was left in English shows.
        resolve: { alias: { vscode: fileURLToPath(new URL('test/support/vscodeInChinese.ts', import.meta.url)) } },
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // A busy machine may take ten times as long; only a failing test waits for all of it.
          testTimeout: 60_000,
          expect: { poll: { timeout: 30_000, interval: 30 } },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/browser/sharedHost.ts'],
          // Two cores are enough for one window.
          fileParallelism: false,
          // Files share a window; see test/browser/rivulet.ts.
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 30_000, interval: 30 } },
        },
      },
    ],
  },
});
