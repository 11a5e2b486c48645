// Unit tests run here as they are; browser tests share one real VS Code that the setup starts before the first of them.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // One more than vitest would take: tests that wait for a browser or a server leave a core to others.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          // A busy machine may hold a process up for seconds.
          testTimeout: 30_000,
          // A busy machine is slow to draw; a test that waits in vain pays for it only when it fails.
          expect: { poll: { timeout: 15_000, interval: 30 } },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/browser/sharedHost.ts'],
          // Two cores draw one window well and two windows late.
          fileParallelism: false,
          // Files share a window; see test/browser/rivulet.ts.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 15_000, interval: 30 } },
        },
      },
    ],
  },
});
