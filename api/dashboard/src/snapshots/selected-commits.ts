/** The commits that are picked for a comparison: at most two, kept in the address. */

import { query, setQuery } from "../router";

const MOST = 2;

export function picked(): readonly string[] {
  return (query.value.get("pick") ?? "").split(",").filter(Boolean).slice(-MOST);
}

/** A third one takes the first one's place. */
export function pick(commit: string, isPicked: boolean): void {
  const others = picked().filter((one) => one !== commit);
  const chosen = isPicked ? [...others, commit].slice(-MOST) : others;
  setQuery({ pick: chosen.join(",") }, "replace");
}
