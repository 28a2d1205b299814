import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [react()],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    // The policy allows no data: addresses, so nothing may be inlined into one.
    assetsInlineLimit: 0,
    target: 'es2022',
  },
});
