/** The changes of the selected commit against the snapshot before it. */

import { useEffect } from "preact/hooks";
import * as endpoints from "../api/endpoints";
import type {
  Comparison,
  ContractChange,
  ContractCounts,
  ViolationAdded,
  ViolationId,
} from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Icon } from "../components/icon";
import { Link } from "../components/link";
import { CommitName, ImportName } from "../components/names";
import { Failure, Loading } from "../components/notice";
import { branch, pathTo, setQuery } from "../router";
import { formatChange, formatNumber, formatTime, pluralize } from "../text/format";

interface Properties {
  readonly project: string;
  readonly commit: string;
}

export function CommitChanges({ project, commit }: Properties) {
  const answer = useAnswer(endpoints.compare(project, { head: commit, branch: branch.value }));
  useEffect(() => {
    const press = (event: KeyboardEvent) => event.key === "Escape" && close();
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
  return (
    <section class="change" aria-label="What changed" aria-live="polite">
      <button type="button" class="quiet close" onClick={close}>
        <Icon name="close" />
        <span class="unseen">Close what changed</span>
      </button>
      {answer.state === "failed" ? (
        answer.problem.status === 404 ? (
          <FirstSnapshot project={project} commit={commit} />
        ) : (
          <Failure problem={answer.problem} retry={answer.retry} />
        )
      ) : answer.state === "loading" && answer.value?.head !== commit ? (
        <Loading lines={3} />
      ) : (
        answer.value !== null && <Changed project={project} comparison={answer.value} />
      )}
    </section>
  );
}

function close(): void {
  setQuery({ at: null });
}

function FirstSnapshot({ project, commit }: Properties) {
  return (
    <p>
      <CommitName project={project} commit={commit} /> has no snapshot before it to compare with: here
      the line begins.
    </p>
  );
}

function Changed({
  project,
  comparison,
}: {
  readonly project: string;
  readonly comparison: Comparison;
}) {
  const { base, head } = comparison;
  return (
    <>
      <h3>
        What changed in <CommitName project={project} commit={head} />
      </h3>
      <p class="muted">
        {formatTime(comparison.head_at)}, against <CommitName project={project} commit={base} /> of{" "}
        {formatTime(comparison.base_at)}
        {" · "}
        <Link to={pathTo("project", { project }, { ...currentQuery(), at: base })}>
          the change before
        </Link>
        {" · "}
        <Link to={pathTo("compare", { project }, { base, head })}>everything</Link>
      </p>
      {comparison.contracts.length > 0 ? (
        <ul class="contract-changes">
          {comparison.contracts.map((change) => (
            <li key={change.id}>
              <span>{change.name}</span> <Counts change={change} />
            </li>
          ))}
        </ul>
      ) : (
        <p>No contract's numbers changed.</p>
      )}
      <div class="change-lists">
        <Violations project={project} kind="added" title="came in" items={comparison.violations_added} />
        <Violations project={project} kind="fixed" title="fixed" items={comparison.violations_fixed} />
        <Violations
          project={project}
          kind="dropped"
          title="dropped, still imported"
          items={comparison.violations_dropped ?? []}
        />
        <Violations
          project={project}
          kind="unknown"
          title="unknown: one of the two could not read the file"
          items={comparison.violations_unknown}
        />
      </div>
      <Graphs comparison={comparison} />
    </>
  );
}

function Graphs({ comparison }: { readonly comparison: Comparison }) {
  const { imports_added, imports_removed, modules_added, modules_removed } = comparison;
  if (!comparison.graphs) {
    return <p class="muted small">The graphs of the two are not kept any more.</p>;
  }
  return (
    <p class="muted small">
      {pluralize(imports_added.length, "import")} added, {formatNumber(imports_removed.length)} removed;{" "}
      {pluralize(modules_added.length, "module")} added, {formatNumber(modules_removed.length)} removed.
    </p>
  );
}

/** Return the current query string as an object. */
function currentQuery(): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(window.location.search));
}

function Counts({ change: { before, after, unjudged } }: { readonly change: ContractChange }) {
  if (unjudged) {
    return (
      <b>
        {before === null ? "no verdict" : number(before)} →{" "}
        {after === null ? "no verdict" : number(after)}
      </b>
    );
  }
  if (after === null) {
    return <b>was removed{before !== null && `, with ${number(before)} open`}</b>;
  }
  if (before === null) {
    return <b>is new, with {number(after)}</b>;
  }
  const difference = after.violations - before.violations;
  return (
    <b>
      {number(before)} → {number(after)}{" "}
      <span class={difference > 0 ? "worse" : difference < 0 ? "better" : "muted"}>
        {formatChange(difference)}
      </span>
    </b>
  );
}

function number(counts: ContractCounts): string {
  return `${counts.lower_bound ? "≥ " : ""}${formatNumber(counts.violations)}`;
}

const MAX_ROWS = 8;
const TONES = { added: "worse", fixed: "better", dropped: "muted", unknown: "muted" } as const;

interface ViolationsProperties {
  readonly project: string;
  readonly kind: keyof typeof TONES;
  readonly title: string;
  readonly items: readonly (ViolationId | ViolationAdded)[];
}

function Violations({ project, kind, title, items }: ViolationsProperties) {
  if (items.length === 0) {
    return null;
  }
  return (
    <div>
      <h4 class={TONES[kind]}>
        {formatNumber(items.length)} {title}
      </h4>
      <ul class="imports">
        {items.slice(0, MAX_ROWS).map((item) => (
          <li key={`${item.contract} ${item.importer} ${item.imported}`}>
            <ImportName project={project} importer={item.importer} imported={item.imported} />
            {"reintroduced" in item && item.reintroduced && <span class="tag worse">came back</span>}
          </li>
        ))}
      </ul>
      {items.length > MAX_ROWS && (
        <p class="muted small">and {formatNumber(items.length - MAX_ROWS)} more</p>
      )}
    </div>
  );
}
