/** The commits selected for a comparison: at most two, kept in the address. */

import { query, setQuery } from "../router";

const MAX_SELECTED = 2;

export function selectedCommits(): readonly string[] {
  return (query.value.get("pick") ?? "").split(",").filter(Boolean).slice(-MAX_SELECTED);
}

/** Select or deselect a commit; a third one replaces the first. */
export function setCommitSelected(commit: string, isPicked: boolean): void {
  const others = selectedCommits().filter((other) => other !== commit);
  const commits = isPicked ? [...others, commit].slice(-MAX_SELECTED) : others;
  setQuery({ pick: commits.join(",") }, "replace");
}
