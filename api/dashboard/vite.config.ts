import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

/** A running `archguard serve`, for `npm run dev`. */
const SERVICE = "http://127.0.0.1:8600";

/** The Apache licence wants ECharts' notice beside its licence. */
const echartsNotice: Plugin = {
  name: "echarts-notice",
  generateBundle() {
    const source = readFileSync(new URL("node_modules/echarts/NOTICE", import.meta.url));
    this.emitFile({ type: "asset", fileName: "echarts-notice.txt", source });
  },
};

export default defineConfig({
  plugins: [echartsNotice],
  oxc: { jsx: { importSource: "preact" } },
  build: {
    outDir: "../archguard_api/web",
    emptyOutDir: true,
    target: "es2023",
    // An inlined icon or worker would need more in the Content-Security-Policy than 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: "third-party.md" },
    // ECharts is one chunk of its own, loaded by the pages that draw.
    chunkSizeWarningLimit: 600,
  },
  server: { proxy: { "/api": SERVICE, "/badge": SERVICE, "/docs": SERVICE, "/openapi.json": SERVICE } },
});
