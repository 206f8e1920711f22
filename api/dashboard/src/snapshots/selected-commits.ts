/** The commits that are picked for a comparison: at most two, kept in the address. */

import { query, setQuery } from "../router";

const MAX_SELECTED = 2;

export function selectedCommits(): readonly string[] {
  return (query.value.get("pick") ?? "").split(",").filter(Boolean).slice(-MAX_SELECTED);
}

/** A third one takes the first one's place. */
export function setCommitSelected(commit: string, isPicked: boolean): void {
  const others = selectedCommits().filter((one) => one !== commit);
  const commits = isPicked ? [...others, commit].slice(-MAX_SELECTED) : others;
  setQuery({ pick: commits.join(",") }, "replace");
}
