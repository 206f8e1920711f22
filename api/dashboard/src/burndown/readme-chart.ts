/** The Markdown that shows the service's own charts in a README. */

import { PREFIX } from "../path-prefix";
import { pathTo, queryString } from "../router";
import { encodeForMarkdown, escapeMarkdown } from "../text/markdown";
import type { RangeId } from "./range";

interface ShownContract {
  readonly id: string;
  readonly name: string;
}

interface Shown {
  readonly project: string;
  readonly contracts: readonly ShownContract[];
  readonly branch: string | null;
  readonly range: RangeId;
}

/** Return a picture for each contract, each a link to its page. */
export function readmeCharts({ project, contracts, branch, range }: Shown): string {
  const origin = window.location.origin + PREFIX;
  return contracts
    .map(({ id, name }) => {
      const values = { contract: id, branch, range: range === "all" ? null : range };
      const picture = `${origin}/chart/${encodeURIComponent(project)}.svg${queryString(values)}`;
      const page = origin + pathTo("project", { project }, values);
      return `[![${escapeMarkdown(name)}](${encodeForMarkdown(picture)})](${encodeForMarkdown(page)})`;
    })
    .join("\n");
}
