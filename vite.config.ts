import { build, defineConfig, type UserConfig } from 'vite';

/** What both pages share. A data: address would need a hole in the content security policy, so nothing is inlined. */
const shared = {
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
} satisfies UserConfig;

/**
 * `vite build` makes two pages that stand alone: the glass in dist/ui and the bench in dist/bench. They are two
 * builds, because two servers hand them out and neither may reach into the other's folder.
 * The gallery is built by `scripts/gallery-server.ts`; it is never shipped.
 */
export default defineConfig({
  ...shared,
  root: 'ui',
  build: { ...shared.build, outDir: '../dist/ui' },
  builder: {
    buildApp: async (builder) => {
      await builder.build(builder.environments.client!);
      await build({
        ...shared,
        configFile: false,
        root: 'ui/bench',
        build: { ...shared.build, outDir: '../../dist/bench' },
      });
    },
  },
});
