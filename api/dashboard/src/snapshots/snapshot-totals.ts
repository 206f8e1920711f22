/** A snapshot's contracts added up. */

import type { Snapshot } from "../api/types";
import { formatDate, formatNumber, shortenCommit } from "../text/format";

export interface Totals {
  readonly violations: number;
  readonly isLowerBound: boolean;
  readonly kept: number;
}

export function addUpContracts({ contracts }: Snapshot): Totals {
  return {
    violations: contracts.reduce((sum, contract) => sum + contract.violations, 0),
    isLowerBound: contracts.some((contract) => contract.lower_bound),
    kept: contracts.filter((contract) => contract.kept).length,
  };
}

/** The names of its contracts, by their ids. */
export function contractNames({ contracts }: Snapshot): ReadonlyMap<string, string> {
  return new Map(contracts.map(({ id, name }) => [id, name]));
}

/** "≥ 12" where an unread file could raise the count. */
export function formatBound(violations: number, isLowerBound: boolean): string {
  return `${isLowerBound ? "≥ " : ""}${formatNumber(violations)}`;
}

/** A snapshot in a list to choose from. */
export function describeSnapshot(snapshot: Snapshot): string {
  const { violations, isLowerBound } = addUpContracts(snapshot);
  return `${shortenCommit(snapshot.commit)} · ${formatDate(snapshot.committed_at)} · ${formatBound(violations, isLowerBound)} open`;
}
