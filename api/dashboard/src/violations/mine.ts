/** The owner or package that somebody calls theirs, remembered by the browser for each project. */

import { signal } from "@preact/signals";
import type { ViolationQuery } from "./violation-query";

export interface Mine {
  readonly owner: string | null;
  readonly package: string | null;
}

type Filters = ViolationQuery["filters"];

const KEY = "archguard-mine";

/** What is remembered, by project. */
const remembered = signal<ReadonlyMap<string, Mine> | null>(null);

/** Return what is remembered of a project, or null. */
export function mineOf(project: string): Mine | null {
  remembered.value ??= readStored();
  return remembered.value.get(project) ?? null;
}

/** Remember, or with null forget, what is mine in a project. */
export function rememberMine(project: string, mine: Mine | null): void {
  const next = new Map(readStored());
  if (mine === null) {
    next.delete(project);
  } else {
    next.set(project, mine);
  }
  localStorage.setItem(KEY, JSON.stringify([...next]));
  remembered.value = next;
}

/** Return the part of the filters that can be remembered, or null if there is none. */
export function rememberable(filters: Filters): Mine | null {
  const mine = { owner: filters.owner ?? null, package: filters.package ?? null };
  return mine.owner === null && mine.package === null ? null : mine;
}

/** Return whether the filters show what is mine, whatever else they narrow. */
export function isShown(mine: Mine, filters: Filters): boolean {
  const chosen = rememberable(filters);
  return chosen !== null && chosen.owner === mine.owner && chosen.package === mine.package;
}

function readStored(): ReadonlyMap<string, Mine> {
  const stored = parse(localStorage.getItem(KEY) ?? "[]");
  return new Map(Array.isArray(stored) ? stored.filter(isEntry) : []);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // written by something else
  }
}

function isEntry(entry: unknown): entry is readonly [string, Mine] {
  const [project, mine] = Array.isArray(entry) ? entry : [];
  return (
    typeof project === "string" &&
    typeof mine === "object" &&
    mine !== null &&
    isTextOrNull(mine.owner) &&
    isTextOrNull(mine.package)
  );
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}
