import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `DRAMABOX_URL` names the server that the development server passes API and media requests on to. */
const server = process.env['DRAMABOX_URL'] ?? 'http://127.0.0.1:8080';

/**
 * How a web app is built, and served while it is being developed.
 * @param root the app's folder
 * @param at where the server has it, with slashes around
 */
export const webApp = (root: string, at: string) =>
  defineConfig(({ command }) => ({
    root,
    // One build is served below any path: everything is asked for relative to what asks for it (`addresses.ts`).
    base: command === 'build' ? './' : at,
    plugins: [react()],
    build: {
      outDir: 'dist',
      emptyOutDir: true,
      // Not `assets`: the dashboard has pages of that name.
      assetsDir: 'static',
      target: 'es2022',
      // The content security policy allows no data: URLs for scripts, and small files cost little over one connection.
      assetsInlineLimit: 0,
      // hls.js alone is larger than the default limit; it is a chunk of its own that only players ask for.
      chunkSizeWarningLimit: 700,
      // What the first page needs is one file, and not two dozen because rooms share parts of it.
      rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } } },
    },
    // As patterns: a plain `/s` would mean `/src` and `/sign-in`, too.
    server: { proxy: { '^/api/': server, '^/s/': server } },
  }));
