import { defineConfig } from 'vitest/config';

/** Pages that only stand there, while those of `browser` mostly wait for machines: `npm test` runs both sets side by side. */
const rendered = ['gallery', 'layout', 'shop', 'staff-gallery', 'office-gallery'].map(
  (name) => `tests/browser/${name}.test.ts`,
);

/**
 * Four kinds of tests: `node` (everything without a screen), `ui` (components in a simulated browser), `browser`
 * (real Chromium against real processes) and `gallery` (real Chromium, each screen by itself). Limits are far above what a
 * test takes: speed is the benchmark's to judge.
 */
export default defineConfig({
  test: {
    // The machines that run this may have two cores, and some tests start processes of their own.
    maxWorkers: 2,
    // Tests that say so wait for machines side by side, and hardly reckon.
    maxConcurrency: 12,
    reporters: ['default'],
    projects: [
      {
        test: {
          name: 'node',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/ui/**', 'tests/browser/**'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
        test: {
          name: 'ui',
          include: ['tests/ui/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          exclude: rendered,
          environment: 'node',
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'gallery',
          include: rendered,
          environment: 'node',
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
