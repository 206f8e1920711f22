import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const PACKAGE = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//;
const LICENCE_FILE = /^(licen[cs]e|notice|copying)(\.|$)/i;

/**
 * Write the licences of all bundled packages into a file. Vite's own option leaves out what only a worker
 * loads, and the notice files that the Apache licence requires.
 */
export function licences(fileName: string): { page: Plugin; worker: () => Plugin } {
  const folders = new Map<string, string>();
  const collect: Plugin["generateBundle"] = (_options, bundle) => {
    for (const chunk of Object.values(bundle)) {
      for (const id of chunk.type === "chunk" ? chunk.moduleIds : []) {
        const [, folder, name] = PACKAGE.exec(id) ?? [];
        if (folder !== undefined && name !== undefined) {
          folders.set(name, folder);
        }
      }
    }
  };
  return {
    worker: () => ({ name: "licences-of-workers", generateBundle: collect }),
    page: {
      name: "licences",
      generateBundle(...bundle) {
        collect.apply(this, bundle);
        const parts = [...folders].sort().map(([name, folder]) => readLicence(name, folder));
        this.emitFile({ type: "asset", fileName, source: `# Licences\n\n${parts.join("\n")}` });
      },
    },
  };
}

function readLicence(name: string, folder: string): string {
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .map((file) => readFileSync(join(folder, file), "utf8").trim());
  if (texts.length === 0) {
    throw new Error(`${name} ${version} has no licence text: it cannot be bundled.`);
  }
  return `## ${name} - ${version} (${license})\n\n${texts.join("\n\n")}\n`;
}
