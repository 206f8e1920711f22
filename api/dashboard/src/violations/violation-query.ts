/** What the address asks of the violations; its names are the API's. */

import { query } from "../router";

/** Each narrows the list; `imported` and those after it come by links from other pages. */
export const FILTERS = [
  "search",
  "contract",
  "owner",
  "kind",
  "package",
  "importer",
  "imported",
  "module",
  "introduced_since",
  "since",
] as const;

export type Filter = (typeof FILTERS)[number];

/** What the service knows of open ones alone, or of fixed ones. */
const ONLY_STATE: Readonly<Partial<Record<Filter, ViolationQuery["state"]>>> = {
  kind: "open",
  introduced_since: "open",
  since: "fixed",
};

/** Those that no control of the page sets, and how they are read aloud. */
export const CHIPS: Readonly<Partial<Record<Filter, string>>> = {
  importer: "imported in",
  imported: "imports",
  module: "about",
  introduced_since: "came in since",
  since: "fixed since",
};

export interface ViolationQuery {
  readonly state: "open" | "fixed";
  readonly branch: string | null;
  readonly filters: Readonly<Partial<Record<Filter, string>>>;
  readonly sort: string;
  readonly descending: boolean;
  readonly after: string | null;
}

/** Read the address. */
export function readViolationQuery(): ViolationQuery {
  const values = query.value;
  const state = values.get("state") === "fixed" ? "fixed" : "open";
  const filters = FILTERS.filter((name) => (ONLY_STATE[name] ?? state) === state).flatMap((name) => {
    const value = values.get(name);
    return value === null || value === "" ? [] : [[name, value] as const];
  });
  return {
    state,
    branch: values.get("branch"),
    filters: Object.fromEntries(filters),
    sort: values.get("sort") ?? "introduced",
    descending: values.get("descending") === "true",
    after: values.get("after"),
  };
}

/** The query of the API. Of fixed ones the service has one order. */
export function toApiQuery({ state, branch, filters, sort, descending, after }: ViolationQuery) {
  return state === "fixed"
    ? { ...filters, branch, after }
    : { ...filters, branch, sort, descending, after };
}
