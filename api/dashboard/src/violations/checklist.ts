/** Open violations as a Markdown checklist, such as for an issue. */

import type { OpenViolation } from "../api/types";
import { namesClass } from "../components/names";
import type { SourceLink } from "../text/forge";
import { encodeForMarkdown, markdownCode } from "../text/markdown";

/** As many places of a violation are named. */
const MOST_PLACES = 3;

export function markdownChecklist(rows: readonly OpenViolation[], linkTo: SourceLink): string {
  return rows.map((row) => `- [ ] ${describe(row)}${places(row, linkTo)}${instead(row)}\n`).join("");
}

function describe({ importer, imported }: OpenViolation): string {
  return namesClass(importer, imported)
    ? `${markdownCode(imported)} is defined`
    : `${markdownCode(importer)} imports ${markdownCode(imported)}`;
}

function places({ occurrences }: OpenViolation, linkTo: SourceLink): string {
  if (occurrences.length === 0) {
    return "";
  }
  const named = occurrences.slice(0, MOST_PLACES).map(({ path, line }) => {
    const text = markdownCode(`${path}:${line}`);
    const address = linkTo(path, line);
    return address === null ? text : `[${text}](${encodeForMarkdown(address)})`;
  });
  const others = occurrences.length - named.length;
  return ` (${named.join(", ")}${others > 0 ? ` and ${others} more` : ""})`;
}

function instead({ replacement }: OpenViolation): string {
  return replacement === null ? "" : `: use ${markdownCode(replacement)}`;
}
