import { defineConfig } from "vite";

/** Bundles the tests for Node. `node --test` skips node_modules, so the bundle is run by itself. */
export default defineConfig({
  oxc: { jsx: { importSource: "preact" } },
  build: {
    ssr: "tests/all.ts",
    outDir: "node_modules/.tests",
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
  },
});
