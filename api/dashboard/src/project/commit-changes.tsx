/** What changed in the commit that was clicked, against the snapshot before it. */

import * as questions from "../api/questions";
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
import { pathTo, setQuery } from "../router";
import { count, counted, signed, time } from "../text/format";

interface Properties {
  readonly project: string;
  readonly commit: string;
}

export function Change({ project, commit }: Properties) {
  const answer = useAnswer(questions.compare(project, { head: commit }));
  return (
    <section class="change" aria-label="What changed" aria-live="polite">
      <button type="button" class="quiet close" onClick={() => setQuery({ at: null })}>
        <Icon name="close" />
        <span class="unseen">Close what changed</span>
      </button>
      {answer.state === "failed" ? (
        answer.problem.status === 404 ? (
          <FirstOfAll project={project} commit={commit} />
        ) : (
          <Failure problem={answer.problem} retry={answer.retry} />
        )
      ) : answer.state === "loading" && answer.value?.head !== commit ? (
        <Loading lines={3} />
      ) : (
        answer.value !== null && <Changed project={project} found={answer.value} />
      )}
    </section>
  );
}

function FirstOfAll({ project, commit }: Properties) {
  return (
    <p>
      <CommitName project={project} commit={commit} /> has no snapshot before it to compare with: here
      the line begins.
    </p>
  );
}

function Changed({ project, found }: { readonly project: string; readonly found: Comparison }) {
  const { base, head } = found;
  return (
    <>
      <h3>
        What changed in <CommitName project={project} commit={head} />
      </h3>
      <p class="muted">
        {time(found.head_at)}, against <CommitName project={project} commit={base} /> of{" "}
        {time(found.base_at)}
        {" · "}
        <Link to={pathTo("project", { project }, { ...kept(), at: base })}>the change before</Link>
        {" · "}
        <Link to={pathTo("compare", { project }, { base, head })}>everything</Link>
      </p>
      {found.contracts.length > 0 ? (
        <ul class="contract-changes">
          {found.contracts.map((change) => (
            <li key={change.id}>
              <span>{change.name}</span> <Counts change={change} />
            </li>
          ))}
        </ul>
      ) : (
        <p>No contract's numbers changed.</p>
      )}
      <div class="change-lists">
        <Violations project={project} kind="added" title="came in" items={found.violations_added} />
        <Violations project={project} kind="fixed" title="fixed" items={found.violations_fixed} />
      </div>
      <Graphs found={found} />
    </>
  );
}

function Graphs({ found }: { readonly found: Comparison }) {
  const { imports_added, imports_removed, modules_added, modules_removed } = found;
  if (!found.graphs) {
    return <p class="muted small">The graphs of the two are not kept any more.</p>;
  }
  return (
    <p class="muted small">
      {counted(imports_added.length, "import")} added, {count(imports_removed.length)} removed;{" "}
      {counted(modules_added.length, "module")} added, {count(modules_removed.length)} removed.
    </p>
  );
}

/** The query string as it is, to be added to. */
function kept(): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(window.location.search));
}

function Counts({ change: { before, after } }: { readonly change: ContractChange }) {
  if (after === null) {
    return <b>was dropped</b>;
  }
  if (before === null) {
    return <b>is new, with {number(after)}</b>;
  }
  const difference = after.violations - before.violations;
  return (
    <b>
      {number(before)} → {number(after)}{" "}
      <span class={difference > 0 ? "worse" : difference < 0 ? "better" : "muted"}>
        {signed(difference)}
      </span>
    </b>
  );
}

function number(counts: ContractCounts): string {
  return `${counts.lower_bound ? "≥ " : ""}${count(counts.violations)}`;
}

const MOST = 8;

interface ViolationsProperties {
  readonly project: string;
  readonly kind: "added" | "fixed";
  readonly title: string;
  readonly items: readonly (ViolationId | ViolationAdded)[];
}

function Violations({ project, kind, title, items }: ViolationsProperties) {
  if (items.length === 0) {
    return null;
  }
  return (
    <div>
      <h4 class={kind === "added" ? "worse" : "better"}>
        {count(items.length)} {title}
      </h4>
      <ul class="imports">
        {items.slice(0, MOST).map((item) => (
          <li key={`${item.contract} ${item.importer} ${item.imported}`}>
            <ImportName project={project} importer={item.importer} imported={item.imported} />
            {"reintroduced" in item && item.reintroduced && <span class="tag worse">came back</span>}
          </li>
        ))}
      </ul>
      {items.length > MOST && <p class="muted small">and {count(items.length - MOST)} more</p>}
    </div>
  );
}
