// Builds the web client to dist/web. Runs with web/ as its root, so paths here are relative to it.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { serviceWorker } from './service-worker.config.ts';

// What is needed at once, in one piece: what it shares with later parts would be many small ones, which are larger together.
const output = { codeSplitting: { groups: [{ name: 'first', tags: ['$initial' as const] }] } };

export default defineConfig({
  root: import.meta.dirname,
  publicDir: 'public',
  plugins: [react(), serviceWorker(import.meta.dirname)],
  worker: { format: 'es', rolldownOptions: { output } },
  build: {
    rolldownOptions: { output },
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // Inlined files would need a looser content security policy than the node sends.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
});
