/** What can be asked, one function a route. */

import type { Query } from "../router";
import { question } from "./client";
import type {
  Between,
  Branch,
  Chain,
  Comparison,
  Counted,
  FixedViolation,
  Groups,
  History,
  ListedProject,
  ModuleNow,
  Modules,
  Neighbourhood,
  OpenViolation,
  Page,
  ProjectNow,
  Snapshot,
  Token,
  Tokens,
  Trend,
  ViolationsThen,
} from "./types";

export const projects = (query: Query = {}) => question<Page<ListedProject>>(["projects"], query);

export const project = (name: string) => question<ProjectNow>(["projects", name]);

export const branches = (name: string, query: Query = {}) =>
  question<Page<Branch>>(["projects", name, "branches"], query);

export const snapshots = (name: string, query: Query = {}) =>
  question<Page<Snapshot>>(["projects", name, "snapshots"], query);

export const snapshot = (name: string, commit: string) =>
  question<Snapshot>(["projects", name, "snapshots", commit]);

export const violationsThen = (name: string, commit: string) =>
  question<ViolationsThen>(["projects", name, "snapshots", commit, "violations"]);

export const trend = (name: string, query: Query = {}) =>
  question<Trend>(["projects", name, "trend"], query);

export const openViolations = (name: string, query: Query = {}) =>
  question<Counted<OpenViolation>>(["projects", name, "violations"], { ...query, state: "open" });

export const fixedViolations = (name: string, query: Query = {}) =>
  question<Counted<FixedViolation>>(["projects", name, "violations"], { ...query, state: "fixed" });

export const groups = (name: string, query: Query) =>
  question<Groups>(["projects", name, "violations", "groups"], query);

export const compare = (name: string, query: Query) =>
  question<Comparison>(["projects", name, "compare"], query);

export const moduleNow = (name: string, module: string, query: Query = {}) =>
  question<ModuleNow>(["projects", name, "modules", module], query);

export const modules = (name: string, query: Query) =>
  question<Modules>(["projects", name, "modules"], query);

export const history = (name: string, module: string, query: Query = {}) =>
  question<History>(["projects", name, "modules", module, "history"], query);

export const neighbourhood = (name: string, module: string, query: Query = {}) =>
  question<Neighbourhood>(["projects", name, "modules", module, "neighbourhood"], query);

export const between = (name: string, query: Query) =>
  question<Between>(["projects", name, "between"], query);

export const chain = (name: string, query: Query) => question<Chain>(["projects", name, "chain"], query);

export const tokens = (query: Query = {}) => question<Tokens>(["tokens"], query);

/** The token that asks. */
export const token = () => question<Token>(["token"]);
