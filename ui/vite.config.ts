// How the front end is built: one script, one style sheet and two fonts, all under hashed names, so that the programs
// can serve them as "cached for good". Nothing is inlined: the content security policy (reliability 5.3) allows no
// inline script or style and no data: font.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: ['chrome109', 'firefox115'],
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
  },
});
