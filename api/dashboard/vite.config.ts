import { appendFileSync, readFileSync } from "node:fs";
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

const LICENCES = "third-party.md";
const PACKAGE = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const ofWorkers = new Set<string>();

/** Which packages a worker holds: it is a bundle of its own, which Vite's list of licences leaves out. */
const workersPackages: Plugin = {
  name: "workers-packages",
  generateBundle(_, bundle) {
    const ids = Object.values(bundle).flatMap((one) => (one.type === "chunk" ? one.moduleIds : []));
    for (const name of ids.flatMap((id) => PACKAGE.exec(id)?.[1] ?? [])) {
      ofWorkers.add(name);
    }
  },
};

/** The licences of those, in the same form. */
const workersLicences: Plugin = {
  name: "workers-licences",
  writeBundle({ dir }) {
    const list = `${dir}/${LICENCES}`;
    const listed = readFileSync(list, "utf8");
    for (const name of [...ofWorkers].filter((one) => !listed.includes(`\n## ${one} - `)).sort()) {
      const folder = new URL(`node_modules/${name}/`, import.meta.url);
      const { version, license } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
      const text = readFileSync(new URL("LICENSE", folder), "utf8");
      appendFileSync(list, `\n## ${name} - ${version} (${license})\n\n${text}`);
    }
  },
};

export default defineConfig({
  plugins: [echartsNotice, workersLicences],
  worker: { format: "es", plugins: () => [workersPackages] },
  oxc: { jsx: { importSource: "preact" } },
  build: {
    outDir: "../archguard_api/web",
    emptyOutDir: true,
    target: "es2023",
    // An inlined icon or worker would need more in the Content-Security-Policy than 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: LICENCES },
    // ECharts is one chunk of its own, loaded by the pages that draw.
    chunkSizeWarningLimit: 600,
  },
  server: { proxy: { "/api": SERVICE, "/badge": SERVICE, "/docs": SERVICE, "/openapi.json": SERVICE } },
});
