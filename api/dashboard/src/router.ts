/** Routing: the address holds the page and its whole state, so that a link shows the same. */

import { computed, signal } from "@preact/signals";
import { PREFIX } from "./path-prefix";
import { currentEntry, enterNewEntry, returnToEntry } from "./scroll-positions";

export const ROUTES = {
  projects: "/",
  project: "/p/:project",
  violations: "/p/:project/violations",
  snapshots: "/p/:project/snapshots",
  snapshot: "/p/:project/snapshots/:commit",
  compare: "/p/:project/compare",
  pulls: "/p/:project/pulls",
  pull: "/p/:project/pulls/:number",
  plan: "/p/:project/plan",
  family: "/p/:project/family",
  explorer: "/p/:project/explorer",
  module: "/p/:project/modules/:module",
  settings: "/settings",
  "project-settings": "/p/:project/settings",
} as const;

type Names<Pattern> = Pattern extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Names<Rest>
  : Pattern extends `${string}:${infer Name}`
    ? Name
    : never;

export type PageName = keyof typeof ROUTES;
/** The named parts of a page's path. */
export type ParametersOf<Page extends PageName> = Readonly<Record<Names<(typeof ROUTES)[Page]>, string>>;
/** Values of the query string; null, undefined and empty ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Route {
  readonly page: PageName;
  readonly parameters: Readonly<Record<string, string>>;
}

const address = signal(current());

function current(): string {
  const { pathname, search } = window.location;
  const isBelow = pathname === PREFIX || pathname.startsWith(`${PREFIX}/`);
  return ((isBelow ? pathname.slice(PREFIX.length) : pathname) || "/") + search;
}

window.addEventListener("popstate", (event) => {
  returnToEntry(event.state);
  address.value = current();
});

/** The page at the address, or null if there is none. */
export const route = computed(() => match(pathname.value));
export const pathname = computed(() => address.value.split("?", 1)[0] ?? "/");
/** The parsed query string. */
export const query = computed(() => new URLSearchParams(address.value.slice(pathname.value.length)));

/** The branch in the address; null stands for the project's default branch. */
export const branch = computed(() => query.value.get("branch") || null);

/** Return the address of a page; pages of the present project keep the branch that is shown. */
export function pathTo<Page extends PageName>(
  page: Page,
  parameters: ParametersOf<Page>,
  values: Query = {},
): string {
  const named: Readonly<Record<string, string>> = parameters;
  const project = named["project"];
  const isHere = project !== undefined && project === route.value?.parameters["project"];
  const path = ROUTES[page].replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(named[name] ?? ""),
  );
  return path + queryString(isHere ? { branch: branch.value, ...values } : values);
}

/** Return `?` and the values that are set, or an empty string. */
export function queryString(values: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined && value !== "") {
      parameters.set(name, String(value));
    }
  }
  const text = parameters.toString();
  return text && `?${text}`;
}

/** Go to an address of the dashboard. */
export function navigate(to: string, how: "push" | "replace" = "push"): void {
  if (to === address.value) {
    return;
  }
  const before = pathname.value;
  if (how === "push") {
    window.history.pushState(enterNewEntry(), "", PREFIX + to);
  } else {
    window.history.replaceState(currentEntry(), "", PREFIX + to);
  }
  address.value = to;
  if (pathname.value !== before) {
    window.scrollTo(0, 0);
  }
}

/** Change values of the query string and keep the others; null or an empty value removes one. */
export function setQuery(values: Query, how: "push" | "replace" = "push"): void {
  navigate(pathname.value + queryString({ ...Object.fromEntries(query.value), ...values }), how);
}

function match(path: string): Route | null {
  const parts = path.split("/");
  for (const [page, pattern] of Object.entries(ROUTES)) {
    const parameters = matchParts(pattern.split("/"), parts);
    if (parameters !== null) {
      return { page: page as PageName, parameters };
    }
  }
  return null;
}

function matchParts(
  pattern: readonly string[],
  parts: readonly string[],
): Record<string, string> | null {
  if (pattern.length !== parts.length) {
    return null;
  }
  const parameters: Record<string, string> = {};
  for (const [index, name] of pattern.entries()) {
    const part = decodePart(parts[index] ?? "");
    if (name.startsWith(":") && part) {
      parameters[name.slice(1)] = part;
    } else if (name !== part) {
      return null;
    }
  }
  return parameters;
}

/** Decode a part of a path; return an empty string if it is no valid UTF-8. */
export function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
