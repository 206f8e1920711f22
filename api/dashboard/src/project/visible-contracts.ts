/** The contracts that the chart draws. */

import type { Contract, ContractNow, ProjectNow } from "../api/types";

/** More lines than this cannot be told apart. */
export const MAX_LINES = 8;

export interface VisibleContract {
  readonly contract: Contract;
  /** The contract's position among all, which decides its colour whatever else is shown. */
  readonly colourIndex: number;
}

/** Return the contracts of a project that were not removed. */
export function liveContracts({ contracts }: Pick<ProjectNow, "contracts">): readonly ContractNow[] {
  return contracts.filter(({ retired }) => retired === null);
}

/** Return whether the count is exactly zero and the contract keeps it so. */
export function isSealed({ kept, violations, lower_bound, unjudged }: Contract): boolean {
  return kept && violations === 0 && !lower_bound && !unjudged;
}

/** Return the contract with this id, else the one that had it before it was renamed, else undefined. */
export function findContract(
  contracts: readonly ContractNow[],
  id: string | null,
): ContractNow | undefined {
  return (
    contracts.find(({ contract }) => contract.id === id) ??
    contracts.find(({ previous_ids }) => id !== null && previous_ids.includes(id))
  );
}

/** Return the selected contract, else those with the most violations, in the project's order. */
export function visibleContracts(
  contracts: readonly ContractNow[],
  selected: string | null,
): readonly VisibleContract[] {
  const all = contracts.map(({ contract, retired }, colourIndex) => ({
    contract,
    colourIndex,
    retired,
  }));
  const matching = all.filter(({ contract }) => contract.id === selected);
  if (matching.length > 0) {
    return matching;
  }
  return all
    .filter(({ retired }) => retired === null)
    .sort((a, b) => b.contract.violations - a.contract.violations)
    .slice(0, MAX_LINES)
    .sort((a, b) => a.colourIndex - b.colourIndex);
}
