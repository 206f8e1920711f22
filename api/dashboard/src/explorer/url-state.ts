/** What the explorer shows, all of it in the address. */

import { decoded, query, setQuery } from "../router";
import type { Wishes } from "./fold";

export type Mode = "around" | "between";

export interface Shown {
  readonly mode: Mode;
  /** The module in the middle. */
  readonly module: string | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly depth: Depth;
  readonly commit: string | null;
  readonly wishes: Wishes;
  /** The node that was clicked: its id in the picture. */
  readonly at: string | null;
  readonly contract: string | null;
}

export const DEPTHS = ["1", "2", "3"] as const;
export type Depth = (typeof DEPTHS)[number];

export function shown(): Shown {
  const values = query.value;
  return {
    mode: values.get("mode") === "between" ? "between" : "around",
    module: values.get("module"),
    from: values.get("from"),
    to: values.get("to"),
    depth: DEPTHS.find((depth) => depth === values.get("depth")) ?? "1",
    commit: values.get("commit"),
    wishes: { open: listOf(values.get("open")), folded: listOf(values.get("fold")) },
    at: values.get("at"),
    contract: values.get("contract"),
  };
}

const ANEW = { open: null, fold: null, at: null };

export const lookAt = (module: string) =>
  setQuery({ ...ANEW, mode: null, from: null, to: null, module });

export const lookBetween = (from: string | null, to: string | null) =>
  setQuery({ ...ANEW, mode: "between", module: null, depth: null, from, to });

export const setMode = (mode: Mode) => setQuery({ ...ANEW, mode: mode === "around" ? null : mode });

export const setDepth = (depth: string) => setQuery({ ...ANEW, depth: depth === "1" ? null : depth });

/** Click a node; null: none. */
export const choose = (at: string | null) => setQuery({ at }, "replace");

/** Fold a package, or unfold it. */
export function turn(name: string, isOpen: boolean): void {
  const { open, folded } = shown().wishes;
  const without = (names: ReadonlySet<string>) => [...names].filter((one) => one !== name);
  setQuery({
    open: textOf(isOpen ? [...without(open), name] : without(open)),
    fold: textOf(isOpen ? without(folded) : [...without(folded), name]),
  });
}

function listOf(text: string | null): ReadonlySet<string> {
  return new Set((text ?? "").split(",").filter(Boolean).map(decoded));
}

function textOf(names: readonly string[]): string {
  return names.map((name) => encodeURIComponent(name)).join(",");
}
