import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const PACKAGE = /^(.*\/node_modules\/((?:@[^/]+\/)?[^/]+))\//;
const TERMS = /^(licen[cs]e|notice|copying)(\.|$)/i;

/**
 * Writes down under which terms what is bundled may be passed on. Vite's own option leaves out what only
 * a worker loads, and the notice that the Apache licence wants beside itself.
 */
export function licences(fileName: string): { page: Plugin; worker: () => Plugin } {
  const folders = new Map<string, string>();
  const collect: Plugin["generateBundle"] = (_options, bundle) => {
    for (const chunk of Object.values(bundle)) {
      for (const id of chunk.type === "chunk" ? chunk.moduleIds : []) {
        const found = PACKAGE.exec(id);
        if (found?.[1] !== undefined && found[2] !== undefined) {
          folders.set(found[2], found[1]);
        }
      }
    }
  };
  return {
    worker: () => ({ name: "licences-of-workers", generateBundle: collect }),
    page: {
      name: "licences",
      generateBundle(...said) {
        collect.apply(this, said);
        const parts = [...folders].sort().map(([name, folder]) => termsOf(name, folder));
        this.emitFile({ type: "asset", fileName, source: `# Licences\n\n${parts.join("\n")}` });
      },
    },
  };
}

function termsOf(name: string, folder: string): string {
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = readdirSync(folder)
    .filter((file) => TERMS.test(file))
    .map((file) => readFileSync(join(folder, file), "utf8").trim());
  if (texts.length === 0) {
    throw new Error(`${name} ${version} has no licence text: it cannot be bundled.`);
  }
  return `## ${name} - ${version} (${license})\n\n${texts.join("\n\n")}\n`;
}
