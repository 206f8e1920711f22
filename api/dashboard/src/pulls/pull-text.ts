/** What is said of a pull request besides the service's sentence. */

import type { ListedPullRequest, PullRequestDetails } from "../api/types";
import { formatNumber, pluralize, shortenCommit } from "../text/format";

type PullRequest = ListedPullRequest | PullRequestDetails;

export const STATES = [
  { id: "open", name: "Open" },
  { id: "closed", name: "Closed" },
  { id: "all", name: "All" },
] as const;

export type StateFilter = (typeof STATES)[number]["id"];

/** Return which pull requests the address asks for; an unknown value asks for the open ones. */
export function readStateFilter(value: string | null): StateFilter {
  return STATES.find(({ id }) => id === value)?.id ?? "open";
}

/** Return the state in a word, and what it means. */
export function describeState({ reason, base_branch }: PullRequest): { name: string; why: string } {
  switch (reason) {
    case null:
      return { name: "open", why: "Its last snapshot is less than 30 days old." };
    case "merged":
      return { name: "merged", why: `${base_branch} has its last commit.` };
    case "not-seen":
      return { name: "closed", why: "No snapshot of it was uploaded for 30 days." };
  }
}

/** Return a count with its sign, as "+2" or "−5"; a dash if it is not known. */
export function formatSigned(value: number | null, sign: "+" | "−"): string {
  return value === null ? "–" : value === 0 ? "0" : `${sign}${formatNumber(value)}`;
}

export function describeAge({ age_days }: PullRequest): string {
  return age_days === 0 ? "today" : pluralize(age_days, "day");
}

/** Return what a reader must know of the base that was compared with; null if it is the exact one. */
export function describeBase({ base, base_commit, base_branch }: PullRequest): string | null {
  if (base === null || base.commit === base_commit) {
    return null;
  }
  return base_commit === null
    ? `The upload does not say at which commit the change left ${base_branch}; this is the nearest one before it that has a snapshot.`
    : `The change left ${base_branch} at ${shortenCommit(base_commit)}, which has no snapshot; what ${base_branch} changed since the nearest one before is counted, too.`;
}
