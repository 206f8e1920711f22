/** Answers of the API with defaults for everything that a test does not care about. */

import type {
  Contract,
  ContractNow,
  Edge,
  Forecast,
  Node,
  OpenViolation,
  Point,
  Trend,
  Value,
} from "../src/api/types";

export function node(module: string, rest: Partial<Node> = {}): Node {
  return { module, kind: "module", role: null, ...rest };
}

/** Build plain modules from their names. */
export function nodes(...modules: readonly string[]): readonly Node[] {
  return modules.map((module) => node(module));
}

/** Return `count` names such as "shop.m00". */
export function names(folder: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${folder}.m${String(index).padStart(2, "0")}`);
}

export function edge(importer: string, imported: string): Edge {
  return { importer, imported };
}

export function contract(rest: Partial<Contract> = {}): Contract {
  return {
    id: "one-engine",
    name: "There is one engine",
    type: "deprecated",
    kept: false,
    violations: 10,
    exposure: 10,
    lower_bound: false,
    adoption: null,
    deprecated: ["shop.legacy"],
    replacements: [],
    owner: null,
    deadline: null,
    previous_ids: [],
    unjudged: false,
    ...rest,
  };
}

export function contractNow(rest: Partial<Contract> = {}, line: Partial<ContractNow> = {}): ContractNow {
  const at = { commit: "c1", committed_at: "2026-03-01T00:00:00Z" };
  return {
    contract: contract(rest),
    branch: "main",
    at,
    unread: 0,
    state: "stalled",
    sentence: "",
    plan: null,
    retired: null,
    previous_ids: [],
    ...line,
  };
}

export function violation(rest: Partial<OpenViolation> = {}): OpenViolation {
  const at = { commit: "c1", committed_at: "2026-03-01T00:00:00Z" };
  return {
    contract: "one-engine",
    importer: "shop.pay",
    imported: "shop.legacy",
    ghost: false,
    replacement: null,
    owner: null,
    occurrences: [],
    introduced: at,
    first_seen: at,
    times: 1,
    age_days: 0,
    ...rest,
  };
}

/** Build a point at midnight of a day. */
export function point(day: string, violations: number, rest: Partial<Point> = {}): Point {
  return {
    commit: `commit of ${day}`,
    committed_at: `${day}T00:00:00Z`,
    violations,
    exposure: violations,
    added: 0,
    fixed: 0,
    reintroduced: 0,
    lower_bound: false,
    unread: 0,
    adoption: null,
    kept: violations === 0,
    unknown: 0,
    dropped: 0,
    allowed: 0,
    ...rest,
  };
}

export function forecast(rest: Partial<Forecast> = {}): Forecast {
  return {
    state: "shrinking",
    eta: null,
    earliest: null,
    latest: null,
    per_week: null,
    needed_per_week: null,
    deadline: null,
    reason: "",
    ...rest,
  };
}

/** Build a trend of these points; `history` are the points of all time, by default the same. */
export function trend(
  points: readonly Point[],
  rest: Partial<Trend> = {},
  history: readonly Point[] = points,
): Trend {
  const [first, now] = [history[0], history.at(-1)];
  const summary =
    first === undefined || now === undefined
      ? null
      : {
          first: value(first),
          highest: value(first),
          now: value(now),
          sealed_since: null,
          reintroduced: 0,
          days: 0,
          points: history.length,
          oldest_open: null,
        };
  return {
    project: "shop",
    contract: "one-engine",
    branch: "main",
    state: "stalled",
    sentence: "",
    stale: false,
    stale_days: null,
    last_commit_at: now?.committed_at ?? "2026-03-01T00:00:00Z",
    last_seen_at: now?.committed_at ?? "2026-03-01T00:00:00Z",
    rebuilding: false,
    retired: null,
    previous_ids: [],
    unread_naming: 0,
    points,
    forecast: null,
    summary,
    ...rest,
  };
}

function value({ commit, committed_at, violations }: Point): Value {
  return { commit, committed_at, violations: violations ?? 0 };
}

/** Return the milliseconds at midnight (UTC) of a day. */
export function at(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}
