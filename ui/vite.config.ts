import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The page is served by the server itself; `npm run dev` hands API calls on to a running one.
const server = process.env.LYFTDATA_URL ?? 'http://127.0.0.1:3000';

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../src/lyftdata/server/static',
    emptyOutDir: true,
    target: 'es2023',
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: { '/api': { target: server, ws: true, secure: false } },
  },
});
