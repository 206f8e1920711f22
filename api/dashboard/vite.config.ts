import { defineConfig } from "vite";
import { licences } from "./licences";

/** A running `archguard serve`, for `npm run dev`. */
const SERVICE = "http://127.0.0.1:8600";

const { page, worker } = licences("third-party.md");

export default defineConfig({
  // Relative addresses, so that the dashboard works below a path prefix; the service completes the page's.
  base: "./",
  plugins: [page],
  worker: { plugins: () => [worker()] },
  oxc: { jsx: { importSource: "preact" } },
  build: {
    outDir: "../archguard_api/web",
    emptyOutDir: true,
    target: "es2023",
    // An inlined icon or worker would need more in the Content-Security-Policy than 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // ECharts is one chunk of its own, loaded by the pages that draw.
    chunkSizeWarningLimit: 600,
  },
  server: { proxy: { "/api": SERVICE, "/badge": SERVICE, "/docs": SERVICE, "/openapi.json": SERVICE } },
});
