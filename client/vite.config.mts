import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { oldestBrowsers } from './browsers.mts';
import { precompressed } from './precompressed.mts';
import { serviceWorker } from './service-worker/plugin.mts';
import { textsApart } from './texts-apart.mts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const gateway = process.env.GATEWAY_URL ?? 'http://localhost:3001';
// The gateway refuses changes from a foreign origin, and the dev server's is one.
const toGateway = { target: gateway, changeOrigin: true, headers: { origin: new URL(gateway).origin } };

export default defineConfig({
  root: here('.'),
  plugins: [react(), serviceWorker(), textsApart(), precompressed()],
  resolve: {
    alias: [
      { find: '@app/contracts', replacement: here('../libs/contracts/src/index.ts') },
      { find: '@app/client', replacement: here('../libs/client/src/index.ts') },
      { find: /^zod$/, replacement: here('src/lib/zod.ts') },
    ],
  },
  server: {
    fs: { allow: [here('..')] },
    proxy: {
      '/api': toGateway,
      '/health': toGateway,
      '/socket.io': { ...toGateway, ws: true },
      '^/(links|randomname|me|login|logout|room|rooms|users)(/|\\?|$)': toGateway,
    },
  },
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    // What imports what, for scripts/lib/first-load.mjs.
    manifest: true,
    target: oldestBrowsers(),
    rolldownOptions: {
      // Schemas that only servers use stay out.
      treeshake: {
        moduleSideEffects: [{ test: /\/libs\/contracts\//, sideEffects: false }],
        manualPureFunctions: ['z', 'readView', 'envelope'],
      },
      // What the page needs first is one file: a dozen small ones, made of what later parts share with it, take more room. The
      // entry keeps its own, by which it is found.
      output: {
        codeSplitting: {
          groups: [{ name: 'app', tags: ['$initial'], test: /^(?!.*\/client\/(?:src\/main\.tsx|index\.html))/ }],
        },
      },
    },
    // A strict Content-Security-Policy allows no data: URLs for assets.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.spec.{ts,tsx}'],
    setupFiles: [here('src/testing/setup.ts')],
    restoreMocks: true,
    // Generous: it only bounds what hangs.
    testTimeout: 60_000,
  },
});
