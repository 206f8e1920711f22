/** A snapshot's contracts added up. */

import type { Snapshot } from "../api/types";
import { count, day, short } from "../text/format";

export interface Sum {
  readonly violations: number;
  readonly isBound: boolean;
  readonly kept: number;
}

export function sumOf({ contracts }: Snapshot): Sum {
  return {
    violations: contracts.reduce((sum, contract) => sum + contract.violations, 0),
    isBound: contracts.some((contract) => contract.lower_bound),
    kept: contracts.filter((contract) => contract.kept).length,
  };
}

/** The names of its contracts, by their ids. */
export function namesOf({ contracts }: Snapshot): ReadonlyMap<string, string> {
  return new Map(contracts.map(({ id, name }) => [id, name]));
}

/** "≥ 12" where an unread file could raise the count. */
export function bounded(violations: number, isBound: boolean): string {
  return `${isBound ? "≥ " : ""}${count(violations)}`;
}

/** A snapshot in a list to choose from. */
export function titled(snapshot: Snapshot): string {
  const { violations, isBound } = sumOf(snapshot);
  return `${short(snapshot.commit)} · ${day(snapshot.committed_at)} · ${bounded(violations, isBound)} open`;
}
