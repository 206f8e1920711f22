/** The endpoints that the dashboard reads, one function for each route. */

import type { Query } from "../router";
import { endpoint } from "./client";
import type {
  AuditEntry,
  Between,
  Branch,
  Chain,
  Comparison,
  Counted,
  Families,
  FamilyDetails,
  FixedViolation,
  Groups,
  History,
  ListedProject,
  ListedPullRequest,
  ModuleNow,
  Modules,
  Neighbourhood,
  NotificationDelivery,
  NotificationRules,
  OpenViolation,
  Page,
  PlanProgress,
  ProjectNow,
  PullRequestDetails,
  ReceivedPlan,
  Session,
  Snapshot,
  Token,
  Tokens,
  Trend,
  ViolationsThen,
} from "./types";

export const projects = (query: Query = {}) => endpoint<Page<ListedProject>>(["projects"], query);

export const project = (name: string, query: Query = {}) =>
  endpoint<ProjectNow>(["projects", name], query);

export const branches = (name: string, query: Query = {}) =>
  endpoint<Page<Branch>>(["projects", name, "branches"], query);

export const snapshots = (name: string, query: Query = {}) =>
  endpoint<Page<Snapshot>>(["projects", name, "snapshots"], query);

export const snapshot = (name: string, commit: string) =>
  endpoint<Snapshot>(["projects", name, "snapshots", commit]);

export const violationsThen = (name: string, commit: string) =>
  endpoint<ViolationsThen>(["projects", name, "snapshots", commit, "violations"]);

export const trend = (name: string, query: Query = {}) =>
  endpoint<Trend>(["projects", name, "trend"], query);

export const openViolations = (name: string, query: Query = {}) =>
  endpoint<Counted<OpenViolation>>(["projects", name, "violations"], { ...query, state: "open" });

export const fixedViolations = (name: string, query: Query = {}) =>
  endpoint<Counted<FixedViolation>>(["projects", name, "violations"], { ...query, state: "fixed" });

export const groups = (name: string, query: Query) =>
  endpoint<Groups>(["projects", name, "violations", "groups"], query);

export const compare = (name: string, query: Query) =>
  endpoint<Comparison>(["projects", name, "compare"], query);

export const pulls = (name: string, query: Query) =>
  endpoint<Page<ListedPullRequest>>(["projects", name, "pulls"], query);

export const pull = (name: string, number: string) =>
  endpoint<PullRequestDetails>(["projects", name, "pulls", number]);

export const families = (name: string, query: Query = {}) =>
  endpoint<Families>(["projects", name, "families"], query);

export const family = (name: string, contract: string, query: Query = {}) =>
  endpoint<FamilyDetails>(["projects", name, "families", contract], query);

export const plans = (name: string, query: Query) =>
  endpoint<Page<ReceivedPlan>>(["projects", name, "plans"], query);

export const newestPlan = (name: string, query: Query) =>
  endpoint<PlanProgress>(["projects", name, "plans", "newest"], query);

export const moduleNow = (name: string, module: string, query: Query = {}) =>
  endpoint<ModuleNow>(["projects", name, "modules", module], query);

export const modules = (name: string, query: Query) =>
  endpoint<Modules>(["projects", name, "modules"], query);

export const history = (name: string, module: string, query: Query = {}) =>
  endpoint<History>(["projects", name, "modules", module, "history"], query);

export const neighbourhood = (name: string, module: string, query: Query = {}) =>
  endpoint<Neighbourhood>(["projects", name, "modules", module, "neighbourhood"], query);

export const between = (name: string, query: Query) =>
  endpoint<Between>(["projects", name, "between"], query);

export const chain = (name: string, query: Query) => endpoint<Chain>(["projects", name, "chain"], query);

export const tokens = (query: Query = {}) => endpoint<Tokens>(["tokens"], query);

export const notificationRules = (name: string) =>
  endpoint<NotificationRules>(["projects", name, "notifications"]);

export const deliveries = (name: string, query: Query = {}) =>
  endpoint<Page<NotificationDelivery>>(["projects", name, "deliveries"], query);

/** Who is signed in; there is no content if nobody is. */
export const session = () => endpoint<Session>(["session"]);

/** The token that the request is signed in with. */
export const token = () => endpoint<Token>(["token"]);

export const audit = (query: Query = {}) => endpoint<Page<AuditEntry>>(["audit"], query);
