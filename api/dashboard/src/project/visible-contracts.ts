/** Which contracts the chart draws: the one that was picked, or as many as can be told apart. */

import type { Contract, ContractNow } from "../api/types";

/** More lines than this nobody tells apart. */
export const MOST = 8;

export interface Shown {
  readonly contract: Contract;
  /** The contract's place among all: its colour stays, whatever is shown. */
  readonly hue: number;
}

/** Those with the most to do first; in the order in which the project has them. */
export function shownOf(contracts: readonly ContractNow[], picked: string | null): readonly Shown[] {
  const all = contracts.map(({ contract }, hue) => ({ contract, hue }));
  const found = all.filter((one) => one.contract.id === picked);
  if (found.length > 0) {
    return found;
  }
  return [...all]
    .sort((a, b) => b.contract.violations - a.contract.violations)
    .slice(0, MOST)
    .sort((a, b) => a.hue - b.hue);
}
