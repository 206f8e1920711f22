/** Totals over a snapshot's contracts, and its description. */

import type { Snapshot } from "../api/types";
import { formatDate, formatNumber, shortenCommit } from "../text/format";

export const NO_VERDICT = "no verdict";

export interface Totals {
  /** Of the contracts with a verdict; null if none has one. */
  readonly violations: number | null;
  readonly isLowerBound: boolean;
  /** How many contracts are kept for certain: no unread file could break them. */
  readonly kept: number;
}

export function addUpContracts({ contracts }: Snapshot): Totals {
  const judged = contracts.filter(({ unjudged }) => !unjudged);
  return {
    violations:
      judged.length === 0 && contracts.length > 0
        ? null
        : judged.reduce((sum, contract) => sum + contract.violations, 0),
    isLowerBound: judged.some((contract) => contract.lower_bound),
    kept: judged.filter((contract) => contract.kept && !contract.lower_bound).length,
  };
}

/** Return the change of the count over the contracts on which both snapshots have a verdict. */
export function countChange(before: Snapshot, after: Snapshot): number {
  const counts = new Map(
    before.contracts.flatMap(({ id, unjudged, violations }) => (unjudged ? [] : [[id, violations]])),
  );
  return after.contracts.reduce((sum, { id, previous_ids, unjudged, violations }) => {
    const known = [id, ...(previous_ids ?? [])].find((name) => counts.has(name));
    const count = known === undefined ? undefined : counts.get(known);
    return unjudged || count === undefined ? sum : sum + violations - count;
  }, 0);
}

/** Return the names of the contracts by id. */
export function contractNames({ contracts }: Snapshot): ReadonlyMap<string, string> {
  return new Map(contracts.map(({ id, name }) => [id, name]));
}

/** Return a count, as in "≥ 12" if it is a lower bound, and "no verdict" if there is none. */
export function formatBound(violations: number | null, isLowerBound: boolean): string {
  return violations === null ? NO_VERDICT : `${isLowerBound ? "≥ " : ""}${formatNumber(violations)}`;
}

/** Return the text of a snapshot in a select box. */
export function describeSnapshot(snapshot: Snapshot): string {
  const { violations, isLowerBound } = addUpContracts(snapshot);
  return `${shortenCommit(snapshot.commit)} · ${formatDate(snapshot.committed_at)} · ${formatBound(violations, isLowerBound)}${violations === null ? "" : " open"}`;
}
