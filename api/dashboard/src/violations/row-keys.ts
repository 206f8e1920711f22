/** The keys of the list: j and k move through the rows, and a slash leads to the search. */

import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

export type Move = "next" | "previous" | "search";

const MOVES: ReadonlyMap<string, Move> = new Map([
  ["j", "next"],
  ["k", "previous"],
  ["/", "search"],
]);

/** Return what a key does; `isTyped`: it is typed into a field, so it does nothing. */
export function moveOf({ key, ctrlKey, metaKey, altKey }: Key, isTyped: boolean): Move | null {
  return isTyped || ctrlKey || metaKey || altKey ? null : (MOVES.get(key) ?? null);
}

/** Return the row to go to from the present one, which is -1 if no row has the focus; null: stay. */
export function nextRow(present: number, rows: number, move: "next" | "previous"): number | null {
  const row = move === "next" ? present + 1 : present === -1 ? rows - 1 : present - 1;
  return row >= 0 && row < rows ? row : null;
}

const FIELDS = "input, select, textarea, [contenteditable]";

/** Listen while the list is there. A row has the focus on its first link, so that Enter opens it. */
export function useRowKeys(list: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { target } = event;
      const move = moveOf(event, target instanceof Element && target.closest(FIELDS) !== null);
      if (move === null || list.current === null) {
        return;
      }
      if (move === "search") {
        event.preventDefault();
        list.current.querySelector<HTMLElement>("input[type=search]")?.focus();
        return;
      }
      const rows = [...list.current.querySelectorAll("tbody tr")];
      const present = rows.findIndex((row) => row.contains(document.activeElement));
      const link = rows[nextRow(present, rows.length, move) ?? -1]?.querySelector<HTMLElement>("a");
      if (link != null) {
        event.preventDefault();
        link.focus();
        link.closest("tr")?.scrollIntoView({ block: "nearest" });
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [list]);
}
