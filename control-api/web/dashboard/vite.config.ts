import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `DRAMABOX_URL` names the server that the development server passes API and media requests on to. */
const server = process.env['DRAMABOX_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig(({ command }) => ({
  root: import.meta.dirname,
  // One build is served below any path: everything is asked for relative to what asks for it (`src/base.ts`).
  base: command === 'build' ? './' : '/dashboard/',
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows no data: URLs for scripts, and small files cost little over one connection.
    assetsInlineLimit: 0,
    // hls.js alone is larger than the default limit; it is a chunk of its own that only the asset page asks for.
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/api': server, '/s': server } },
}));
