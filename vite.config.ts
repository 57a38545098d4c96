import { build, defineConfig, type UserConfig } from 'vite';

/** What the pages share. A data: address would need a hole in the content security policy, so nothing is inlined. */
const shared = {
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
} satisfies UserConfig;

/**
 * `vite build` makes three pages that stand alone: the glass in dist/ui, the staff's page in dist/staff and the bench in
 * dist/bench. They are three builds: each is handed out by itself, to others, and none may reach into another's folder.
 * The gallery is built by `scripts/gallery-server.ts`; it is never shipped.
 */
export default defineConfig({
  ...shared,
  root: 'ui',
  build: { ...shared.build, outDir: '../dist/ui' },
  builder: {
    buildApp: async (builder) => {
      await builder.build(builder.environments.client!);
      for (const page of ['bench', 'staff', 'office']) {
        await build({
          ...shared,
          configFile: false,
          logLevel: builder.config.logLevel ?? 'info',
          root: `ui/${page}`,
          build: { ...shared.build, outDir: `../../dist/${page}` },
        });
      }
    },
  },
});
