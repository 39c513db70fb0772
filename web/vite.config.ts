import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

export default defineConfig({
  // Relative, so that the page also works behind a proxy's path.
  base: './',
  plugins: [preact()],
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    // The first browsers with `light-dark()`, which both themes need.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    // Everything from a file: the server's content security policy has no exception for scripts.
    assetsInlineLimit: 0,
  },
});
