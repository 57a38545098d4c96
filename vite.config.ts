import { rm } from 'node:fs/promises';
import { defineConfig } from 'vite';

/**
 * `vite build` makes two pages that stand alone: the glass in dist/ui and the bench in dist/bench. They are two
 * builds, because two servers hand them out and neither may reach into the other's folder.
 * The gallery is served by `scripts/screens.ts` and by `vite` while developing; it is never shipped.
 */
export default defineConfig({
  root: 'ui',
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // A data: address would need a hole in the content security policy.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 800 },
  environments: {
    client: {
      build: { outDir: '../dist/ui', emptyOutDir: true, rollupOptions: { input: 'ui/index.html' } },
    },
    bench: {
      consumer: 'client',
      build: {
        outDir: '../dist',
        emptyOutDir: false,
        assetsDir: 'bench/assets',
        rollupOptions: { input: 'ui/bench/index.html' },
      },
    },
  },
  builder: {
    buildApp: async (builder) => {
      // The bench shares its parent folder with others, so only its own part may be emptied.
      await rm(new URL('dist/bench', import.meta.url), { recursive: true, force: true });
      for (const environment of Object.values(builder.environments)) {
        if (environment.name !== 'ssr') await builder.build(environment);
      }
    },
  },
});
