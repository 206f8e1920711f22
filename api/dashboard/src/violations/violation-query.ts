/** The query for violations in the address; its names are those of the API. */

import { query } from "../router";

/** The filters; `importer` and those after it are set by links from other pages. */
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

/** The filters that apply only to open violations, or only to fixed ones. */
const ONLY_STATE: Readonly<Partial<Record<Filter, ViolationQuery["state"]>>> = {
  kind: "open",
  introduced_since: "open",
  since: "fixed",
};

/** The filters without a control on the page, with the text that names them. */
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

/** Read the query from the address; filters that do not apply to the state are left out. */
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

/** Return the API's parameters; fixed violations cannot be sorted. */
export function toApiQuery({ state, branch, filters, sort, descending, after }: ViolationQuery) {
  return state === "fixed"
    ? { ...filters, branch, after }
    : { ...filters, branch, sort, descending, after };
}
