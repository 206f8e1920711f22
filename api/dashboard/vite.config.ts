import { defineConfig } from "vite";

/** A running `archguard serve`, for `npm run dev`. */
const SERVICE = "http://127.0.0.1:8600";

export default defineConfig({
  oxc: { jsx: { importSource: "preact" } },
  build: {
    outDir: "../archguard_api/web",
    emptyOutDir: true,
    target: "es2023",
    // An inlined icon or worker would need more in the Content-Security-Policy than 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: "third-party.md" },
  },
  server: { proxy: { "/api": SERVICE, "/badge": SERVICE, "/docs": SERVICE, "/openapi.json": SERVICE } },
});
