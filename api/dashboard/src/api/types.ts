/**
 * The API's answers, as far as the dashboard reads them. tests/api/test_dashboard_types.py compares each
 * field with the OpenAPI document: same name, same type.
 */

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** A page of violations. */
export interface Counted<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
  readonly total: number;
}

export interface Moment {
  readonly commit: string;
  readonly committed_at: string;
}

export interface CurvePoint {
  readonly committed_at: string;
  readonly violations: number;
}

export interface Standing {
  readonly violations: number | null;
  readonly lower_bound: boolean;
  readonly state: "retired" | "sealed" | "stale" | "too-short" | "growing" | "stalled" | "shrinking";
  readonly sentence: string;
  readonly stale: boolean;
  readonly stale_days: number | null;
  readonly last_commit_at: string;
  readonly last_seen_at: string;
  readonly rebuilding: boolean;
  readonly change_30_days: number | null;
  readonly curve: readonly CurvePoint[];
  readonly contracts: number;
  readonly broken: number;
  readonly unread: number;
}

export interface ListedProject {
  readonly name: string;
  readonly created_at: string;
  readonly public: boolean;
  readonly default_branch: string | null;
  readonly last_upload_at: string | null;
  readonly snapshots: number;
  readonly now: Standing | null;
}

/** `unjudged`: it has no verdict, and `kept` and the counts say nothing. Both that and `previous_ids` may be left out. */
export interface Contract {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly kept: boolean;
  readonly violations: number;
  readonly exposure: number;
  readonly lower_bound: boolean;
  readonly adoption: number | null;
  readonly deprecated: readonly string[];
  readonly replacements: readonly string[];
  readonly owner: string | null;
  readonly deadline: string | null;
  readonly previous_ids: readonly string[];
  readonly unjudged: boolean;
}

export interface ContractNow {
  readonly contract: Contract;
  readonly branch: string;
  readonly at: Moment;
  readonly unread: number;
  readonly state: "retired" | "sealed" | "stale" | "too-short" | "growing" | "stalled" | "shrinking";
  readonly sentence: string;
  readonly plan: ContractPlan | null;
  readonly retired: Retirement | null;
  readonly previous_ids: readonly string[];
}

/** What the newest plan says of a contract's open violations. */
export interface ContractPlan {
  readonly ready: number;
  readonly blocked: number;
  readonly unplanned: number;
}

/** Where a branch lost a contract, and how many violations were open then. */
export interface Retirement {
  readonly at: string;
  readonly commit: string;
  readonly open: number;
}

export interface ProjectSettings {
  readonly link: string | null;
  readonly default_branch: string | null;
  readonly stale_after_days: number | null;
  readonly delete_branches_after_days: number | null;
  readonly keep_graphs_days: number | null;
}

export interface ProjectNow {
  readonly name: string;
  readonly created_at: string;
  readonly public: boolean;
  readonly default_branch: string | null;
  readonly last_upload_at: string | null;
  readonly snapshots: number;
  readonly purge_at: string | null;
  readonly settings: ProjectSettings;
  readonly now: Standing | null;
  readonly contracts: readonly ContractNow[];
}

export interface Branch {
  readonly name: string;
  readonly snapshots: number;
  readonly tip: Moment | null;
  readonly rebuilding: boolean;
}

export interface UnreadFile {
  readonly path: string;
  readonly reason: string;
  readonly line: number | null;
  readonly names: readonly string[];
}

export interface Build {
  readonly service: string;
  readonly url: string | null;
  readonly pull_request: string | null;
}

export interface Snapshot {
  readonly commit: string;
  readonly parent: string | null;
  readonly committed_at: string;
  readonly received_at: string;
  readonly branches: readonly string[];
  readonly configuration: string;
  readonly tool_version: string;
  readonly digest: string;
  readonly graph: string;
  readonly modules: number;
  readonly imports: number;
  readonly files: number;
  readonly unread: readonly UnreadFile[];
  readonly folder: string;
  readonly contracts: readonly Contract[];
  readonly build: Build | null;
}

export interface Occurrence {
  readonly path: string;
  readonly line: number;
  readonly kind: string;
  readonly names: readonly string[];
}

export interface ViolationThen {
  readonly contract: string;
  readonly importer: string;
  readonly imported: string;
  readonly ghost: boolean;
  readonly replacement: string | null;
  readonly occurrences: readonly Occurrence[];
}

export interface ViolationsThen {
  readonly commit: string;
  readonly items: readonly ViolationThen[];
}

export interface OpenViolation {
  readonly contract: string;
  readonly importer: string;
  readonly imported: string;
  readonly ghost: boolean;
  readonly replacement: string | null;
  readonly owner: string | null;
  readonly occurrences: readonly Occurrence[];
  readonly introduced: Moment;
  readonly first_seen: Moment;
  readonly times: number;
  readonly age_days: number;
}

export interface FixedViolation {
  readonly contract: string;
  readonly importer: string;
  readonly imported: string;
  readonly first_seen: Moment;
  readonly introduced: Moment;
  readonly fixed: Moment;
  readonly times: number;
}

export interface Point {
  readonly commit: string;
  readonly committed_at: string;
  readonly violations: number | null;
  readonly exposure: number | null;
  readonly added: number;
  readonly fixed: number;
  readonly reintroduced: number;
  readonly lower_bound: boolean;
  readonly unread: number;
  readonly adoption: number | null;
  readonly kept: boolean | null;
  readonly unknown: number;
  readonly dropped: number | null;
  readonly allowed: number | null;
}

export interface Forecast {
  readonly state: "retired" | "sealed" | "stale" | "too-short" | "growing" | "stalled" | "shrinking";
  readonly eta: string | null;
  readonly earliest: string | null;
  readonly latest: string | null;
  readonly per_week: number | null;
  readonly needed_per_week: number | null;
  readonly deadline: string | null;
  readonly reason: string;
}

export type State = Forecast["state"];

export interface Value {
  readonly commit: string;
  readonly committed_at: string;
  readonly violations: number;
}

export interface Oldest {
  readonly importer: string;
  readonly imported: string;
  readonly introduced: Moment;
}

export interface Summary {
  readonly first: Value;
  readonly highest: Value;
  readonly now: Value;
  readonly sealed_since: Moment | null;
  readonly reintroduced: number;
  readonly days: number;
  readonly points: number;
  readonly oldest_open: Oldest | null;
}

export interface Trend {
  readonly project: string;
  readonly contract: string;
  readonly branch: string;
  readonly state: "retired" | "sealed" | "stale" | "too-short" | "growing" | "stalled" | "shrinking";
  readonly sentence: string;
  readonly stale: boolean;
  readonly stale_days: number | null;
  readonly last_commit_at: string;
  readonly last_seen_at: string;
  readonly rebuilding: boolean;
  readonly retired: Retirement | null;
  readonly previous_ids: readonly string[];
  readonly unread_naming: number;
  readonly points: readonly Point[];
  readonly forecast: Forecast | null;
  readonly summary: Summary | null;
}

export interface Group {
  readonly name: string;
  readonly violations: number;
  readonly importers: number;
  readonly oldest: Moment;
}

export interface Groups {
  readonly by: "package" | "owner" | "kind" | "importer" | "imported";
  readonly total: number;
  readonly items: readonly Group[];
  readonly left_out: number;
}

export interface Edge {
  readonly importer: string;
  readonly imported: string;
}

export interface ViolationId {
  readonly contract: string;
  readonly importer: string;
  readonly imported: string;
}

export interface ViolationAdded {
  readonly contract: string;
  readonly importer: string;
  readonly imported: string;
  readonly reintroduced: boolean | null;
}

export interface ContractCounts {
  readonly kept: boolean;
  readonly violations: number;
  readonly exposure: number;
  readonly lower_bound: boolean;
  readonly adoption: number | null;
}

export interface ContractChange {
  readonly id: string;
  readonly name: string;
  readonly before: ContractCounts | null;
  readonly after: ContractCounts | null;
  readonly unjudged: boolean;
}

export interface Comparison {
  readonly base: string;
  readonly base_at: string;
  readonly head: string;
  readonly head_at: string;
  readonly contracts: readonly ContractChange[];
  readonly violations_added: readonly ViolationAdded[];
  readonly violations_fixed: readonly ViolationId[];
  readonly violations_dropped: readonly ViolationId[] | null;
  readonly violations_unknown: readonly ViolationId[];
  readonly graphs: boolean;
  readonly imports_added: readonly Edge[];
  readonly imports_removed: readonly Edge[];
  readonly modules_added: readonly string[];
  readonly modules_removed: readonly string[];
}

/** A module of a graph, and its role in the contracts. */
export interface Node {
  readonly module: string;
  readonly kind: "module" | "package" | "namespace" | "external" | "ghost";
  readonly role: "deprecated" | "canonical" | null;
}

export type ModuleKind = Node["kind"];
export type Role = Node["role"];

export interface ModuleNow {
  readonly commit: string;
  readonly module: string;
  readonly kind: "module" | "package" | "namespace" | "external" | "ghost";
  readonly role: "deprecated" | "canonical" | null;
  readonly importers: readonly string[];
  readonly imports: readonly string[];
  readonly nodes: readonly Node[];
  readonly violations: readonly ViolationThen[];
}

export interface Modules {
  readonly commit: string;
  readonly items: readonly Node[];
  readonly total: number;
}

export interface History {
  readonly module: string;
  readonly points: readonly Value[];
}

export interface Neighbourhood {
  readonly commit: string;
  readonly module: string;
  readonly depth: number;
  readonly modules: readonly string[];
  readonly nodes: readonly Node[];
  readonly imports: readonly Edge[];
  readonly left_out: number;
}

export interface Between {
  readonly commit: string;
  readonly modules: readonly string[];
  readonly nodes: readonly Node[];
  readonly imports: readonly Edge[];
  readonly left_out: number;
}

export interface Chain {
  readonly commit: string;
  readonly modules: readonly string[];
}

export interface Token {
  readonly id: string;
  readonly project: string | null;
  readonly scope: "upload" | "read" | "admin";
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly name: string | null;
  readonly creator: string | null;
  readonly last_used_at: string | null;
}

export interface NewToken {
  readonly id: string;
  readonly project: string | null;
  readonly scope: "upload" | "read" | "admin";
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly name: string | null;
  readonly creator: string | null;
  readonly last_used_at: string | null;
  readonly token: string;
}

export interface Revocation {
  readonly revoked: readonly Token[];
  readonly descendants: readonly Token[];
}

export interface Session {
  readonly token: string;
  readonly name: string | null;
  readonly scope: "upload" | "read" | "admin";
  readonly project: string | null;
  readonly expires_at: string | null;
}

export interface Tokens {
  readonly items: readonly Token[];
}

export interface Pruned {
  readonly graphs: number;
  readonly bytes: number;
}

export interface ListedPullRequest {
  readonly number: number;
  readonly head_branch: string;
  readonly base_branch: string;
  readonly head: Moment;
  readonly base: Moment | null;
  readonly base_commit: string | null;
  readonly state: "open" | "closed";
  readonly reason: "merged" | "not-seen" | null;
  readonly first_seen_at: string;
  readonly seen_at: string;
  readonly age_days: number;
  readonly added: number | null;
  readonly fixed: number | null;
  readonly dropped: number | null;
  readonly sentence: string;
}

export interface AddedContract {
  readonly id: string;
  readonly name: string;
  readonly violations: number;
}

export interface Cause {
  readonly importer: string;
  readonly imported: string;
  readonly path: string;
  readonly line: number;
  readonly violations: number;
}

export interface PullRequestDetails {
  readonly number: number;
  readonly head_branch: string;
  readonly base_branch: string;
  readonly head: Moment;
  readonly base: Moment | null;
  readonly base_commit: string | null;
  readonly state: "open" | "closed";
  readonly reason: "merged" | "not-seen" | null;
  readonly first_seen_at: string;
  readonly seen_at: string;
  readonly age_days: number;
  readonly added: readonly ViolationThen[] | null;
  readonly fixed: readonly ViolationThen[] | null;
  readonly dropped: readonly ViolationThen[] | null;
  readonly unknown: readonly ViolationThen[] | null;
  readonly added_contracts: readonly AddedContract[];
  readonly causes: readonly Cause[] | null;
  readonly sentence: string;
}

export interface Deletion {
  readonly project: string;
  readonly deleted_at: string;
  readonly purge_at: string;
}

export interface AuditEntry {
  readonly id: number;
  readonly at: string;
  readonly action: string;
  readonly actor: string | null;
  readonly project: string | null;
  readonly subject: string | null;
}

export interface NotificationRule {
  readonly id: string;
  readonly name: string | null;
  readonly channel: "webhook" | "slack" | "teams" | "mail";
  readonly target: string;
  // biome-ignore format: a test compares this line
  readonly events: readonly ("came-back" | "sealed" | "growing" | "stalled" | "deadline-at-risk" | "no-upload" | "pull-request-adds" | "weekly-digest")[];
  readonly owner: string | null;
  readonly enabled: boolean;
}

export interface NewNotificationRule {
  readonly id: string;
  readonly name: string | null;
  readonly channel: "webhook" | "slack" | "teams" | "mail";
  readonly target: string;
  // biome-ignore format: a test compares this line
  readonly events: readonly ("came-back" | "sealed" | "growing" | "stalled" | "deadline-at-risk" | "no-upload" | "pull-request-adds" | "weekly-digest")[];
  readonly owner: string | null;
  readonly enabled: boolean;
  readonly secret: string | null;
}

export interface NotificationRules {
  readonly items: readonly NotificationRule[];
}

export interface NotificationDelivery {
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly created_at: string;
  readonly state: "pending" | "delivered" | "failed";
  readonly attempts: number;
  readonly next_attempt_at: string | null;
  readonly last_error: string | null;
}

export interface FamilySummary {
  readonly contract: string;
  readonly name: string;
  readonly violations: number;
  readonly lower_bound: boolean;
  readonly canonical_missing: boolean;
  readonly canonical: readonly string[] | null;
  readonly members: number | null;
}

export interface Families {
  readonly branch: string;
  readonly commit: string;
  readonly items: readonly FamilySummary[];
}

export interface PathCount {
  readonly path: string;
  readonly importers: number;
}

export interface FamilyMember {
  readonly id: string;
  readonly path: string;
  readonly line: number;
  readonly role: string;
  readonly status: "canonical" | "violation" | "allowed" | "interface" | "test";
  readonly facts: readonly string[];
  readonly importers: number;
  readonly test_importers: number;
  readonly paths: readonly PathCount[];
}

export interface FamilyImpostor {
  readonly name: string;
  readonly target: string;
  readonly symbols: readonly string[];
  readonly expected: string;
}

export interface FamilyFactory {
  readonly id: string;
  readonly path: string;
  readonly line: number;
  readonly returns: readonly string[];
  readonly same_returns: readonly string[];
}

export interface SourcePlace {
  readonly path: string;
  readonly line: number;
}

export interface FamilyMissingName {
  readonly symbol: string;
  readonly places: readonly SourcePlace[];
}

export interface FamilyLine {
  readonly definition: string;
  readonly path: string;
  readonly is_canonical: boolean;
}

export interface FamilyPoint {
  readonly commit: string;
  readonly committed_at: string;
  readonly importers: readonly number[];
  readonly others: number;
}

export interface FamilyDetails {
  readonly contract: string;
  readonly name: string;
  readonly violations: number;
  readonly lower_bound: boolean;
  readonly canonical_missing: boolean;
  readonly canonical: readonly string[] | null;
  readonly members: number | null;
  readonly commit: string;
  readonly definitions_of: Moment | null;
  readonly definitions: readonly FamilyMember[] | null;
  readonly impostors: readonly FamilyImpostor[];
  readonly factories: readonly FamilyFactory[];
  readonly missing: readonly FamilyMissingName[];
  readonly omitted: number;
  readonly lines: readonly FamilyLine[];
  readonly points: readonly FamilyPoint[];
}

export interface ReceivedPlan {
  readonly id: number;
  readonly received_at: string;
}

/** What a batch changes of a contract's count, as the plan says. */
export interface PredictedCount {
  readonly contract: string;
  readonly before: number | null;
  readonly after: number;
}

export interface BatchProgress {
  readonly id: number;
  readonly owner: string;
  readonly package: string;
  readonly paths: readonly string[];
  readonly open_paths: readonly string[] | null;
  readonly violations: number;
  readonly left: number | null;
  readonly changes: readonly PredictedCount[];
}

export interface BlockedImport {
  readonly contract: string;
  readonly importer: string;
  readonly imported: string;
  readonly path: string;
  readonly line: number;
  readonly leaves_with: string | null;
}

export interface BlockedReason {
  readonly code: string;
  readonly reason: string;
  readonly violations: number;
  readonly left: number | null;
  readonly imports: readonly BlockedImport[];
}

export interface DeletionProgress {
  readonly modules: readonly string[];
  readonly own_tests: readonly string[];
  readonly sentence: string;
}

export interface PlanProgress {
  readonly id: number;
  readonly branch: string;
  readonly received_at: string;
  readonly ready: number;
  readonly blocked: number;
  readonly ready_left: number | null;
  readonly blocked_left: number | null;
  readonly unplanned: number | null;
  readonly batches: number;
  readonly batches_done: number | null;
  readonly sentence: string;
  readonly contracts: readonly string[];
  readonly items: readonly BatchProgress[];
  readonly reasons: readonly BlockedReason[];
  readonly deletions: readonly DeletionProgress[];
}
