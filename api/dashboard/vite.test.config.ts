import { defineConfig } from "vite";

/** Bundles the tests for Node, which runs them with `node --test`. */
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
