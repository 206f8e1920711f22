/** Chains of imports that lead to a deprecated module. */

import type { Contract } from "../api/types";
import { moduleId } from "./fold";

/** Return the contracts that deprecate modules, to which a chain can lead. */
export function deprecatingContracts(contracts: readonly Contract[]): readonly Contract[] {
  return contracts.filter((contract) => contract.deprecated.length > 0);
}

/** Return the deprecating contract with this id, else the first one, else null. */
export function selectChainContract(contracts: readonly Contract[], id: string | null): Contract | null {
  const candidates = deprecatingContracts(contracts);
  return candidates.find((contract) => contract.id === id) ?? candidates[0] ?? null;
}

/**
 * Return the ids of the items that show a chain's modules. Several modules in a row may be in one folded
 * package; a module that is not in the graph has an id that no item has.
 */
export function itemsOfChain(
  modules: readonly string[],
  itemOfModule: ReadonlyMap<string, string>,
): readonly string[] {
  return modules
    .map((module) => itemOfModule.get(module) ?? moduleId(module))
    .filter((id, index, ids) => id !== ids[index - 1]);
}
