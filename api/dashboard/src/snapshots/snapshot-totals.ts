/** Totals over a snapshot's contracts, and its description. */

import type { Snapshot } from "../api/types";
import { formatDate, formatNumber, shortenCommit } from "../text/format";

export interface Totals {
  readonly violations: number;
  readonly isLowerBound: boolean;
  /** How many contracts are kept for certain: no unread file could break them. */
  readonly kept: number;
}

export function addUpContracts({ contracts }: Snapshot): Totals {
  return {
    violations: contracts.reduce((sum, contract) => sum + contract.violations, 0),
    isLowerBound: contracts.some((contract) => contract.lower_bound),
    kept: contracts.filter((contract) => contract.kept && !contract.lower_bound).length,
  };
}

/** Return the names of the contracts by id. */
export function contractNames({ contracts }: Snapshot): ReadonlyMap<string, string> {
  return new Map(contracts.map(({ id, name }) => [id, name]));
}

/** Return a count, as in "≥ 12" if it is a lower bound. */
export function formatBound(violations: number, isLowerBound: boolean): string {
  return `${isLowerBound ? "≥ " : ""}${formatNumber(violations)}`;
}

/** Return the text of a snapshot in a select box. */
export function describeSnapshot(snapshot: Snapshot): string {
  const { violations, isLowerBound } = addUpContracts(snapshot);
  return `${shortenCommit(snapshot.commit)} · ${formatDate(snapshot.committed_at)} · ${formatBound(violations, isLowerBound)} open`;
}
