/** The explorer's state, which is kept in the address. */

import { decodePart, query, setQuery } from "../router";
import type { FoldChoices } from "./fold";

export type Mode = "around" | "between";

export interface ExplorerState {
  readonly mode: Mode;
  /** The module in the centre. */
  readonly module: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly depth: Depth;
  readonly commit: string | null;
  readonly choices: FoldChoices;
  /** The id of the selected node. */
  readonly selected: string | null;
  readonly contract: string | null;
}

export const DEPTHS = ["1", "2", "3"] as const;
export type Depth = (typeof DEPTHS)[number];

export function readState(): ExplorerState {
  const values = query.value;
  return {
    mode: values.get("mode") === "between" ? "between" : "around",
    module: values.get("module"),
    from: values.get("from"),
    to: values.get("to"),
    depth: DEPTHS.find((depth) => depth === values.get("depth")) ?? "1",
    commit: values.get("commit"),
    choices: { open: parseNames(values.get("open")), folded: parseNames(values.get("fold")) },
    selected: values.get("at"),
    contract: values.get("contract"),
  };
}

const RESET = { open: null, fold: null, at: null };

export const showAround = (module: string) =>
  setQuery({ ...RESET, mode: null, from: null, to: null, module });

export const showBetween = (from: string | null, to: string | null) =>
  setQuery({ ...RESET, mode: "between", module: null, depth: null, from, to });

export const setMode = (mode: Mode) => setQuery({ ...RESET, mode: mode === "around" ? null : mode });

export const setDepth = (depth: string) => setQuery({ ...RESET, depth: depth === "1" ? null : depth });

/** Select a node by its id, or none. */
export const selectNode = (id: string | null) => setQuery({ at: id }, "replace");

/** Open or fold a package. */
export function setPackageOpen(name: string, isOpen: boolean): void {
  const { open, folded } = readState().choices;
  const without = (names: ReadonlySet<string>) => [...names].filter((other) => other !== name);
  setQuery({
    open: formatNames(isOpen ? [...without(open), name] : without(open)),
    fold: formatNames(isOpen ? without(folded) : [...without(folded), name]),
  });
}

function parseNames(text: string | null): ReadonlySet<string> {
  return new Set((text ?? "").split(",").filter(Boolean).map(decodePart));
}

function formatNames(names: readonly string[]): string {
  return names.map((name) => encodeURIComponent(name)).join(",");
}
