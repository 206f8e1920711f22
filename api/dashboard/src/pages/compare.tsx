/** Two snapshots side by side. */

import { combineAnswers } from "../api/combine-answers";
import * as endpoints from "../api/endpoints";
import type { Comparison, Snapshot } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Card } from "../components/card";
import { SelectField } from "../components/field";
import { Link } from "../components/link";
import { CommitName } from "../components/names";
import { Loaded, Notice } from "../components/notice";
import { PageTitle } from "../components/page-title";
import { Stat, Stats } from "../components/stat";
import { type ParametersOf, pathTo, query, setQuery } from "../router";
import { ContractChanges } from "../snapshots/contract-changes";
import {
  ImportDifferences,
  ModuleDifferences,
  ViolationDifferences,
} from "../snapshots/difference-lists";
import "../snapshots/snapshots.css";
import { describeSnapshot } from "../snapshots/snapshot-totals";
import { formatAge, formatDate, formatNumber, formatTime, shortenCommit } from "../text/format";

export default function Compare({ project }: ParametersOf<"compare">) {
  const found = useAnswer(endpoints.project(project));
  const recent = useAnswer(
    found.state === "ready"
      ? endpoints.snapshots(project, { branch: found.value.default_branch, limit: 50 })
      : null,
  );
  return (
    <>
      <PageTitle title="Compare" about="What one commit has and another has not." />
      <Loaded answer={combineAnswers(found, recent)} lines={14}>
        {([, page]) => <Chosen project={project} recent={page.items} areAll={page.next === null} />}
      </Loaded>
    </>
  );
}

interface ChosenProperties {
  readonly project: string;
  readonly recent: readonly Snapshot[];
  readonly areAll: boolean;
}

/** Without a head it is the newest one, without a base the one before the head. */
function Chosen({ project, recent, areAll }: ChosenProperties) {
  const head = query.value.get("head") ?? recent[0]?.commit ?? null;
  const base = query.value.get("base");
  const answer = useAnswer(head === null ? null : endpoints.compare(project, { base, head }));
  if (head === null) {
    return (
      <Notice title="There is nothing to compare yet">
        <p>The project has no snapshot on its default branch.</p>
      </Notice>
    );
  }
  const shown = answer.state === "ready" ? answer.value : null;
  const before = base ?? shown?.base ?? "";
  return (
    <div class="stack">
      <div class="card versus">
        <SelectField
          label="From"
          value={fullOf(before, recent)}
          options={optionsOf(recent, before, shown?.base_at)}
          onChoose={(value) => setQuery({ base: value, head })}
        />
        <button
          type="button"
          disabled={before === ""}
          onClick={() => setQuery({ base: head, head: before })}
        >
          Swap
        </button>
        <SelectField
          label="To"
          value={fullOf(head, recent)}
          options={optionsOf(recent, head, shown?.head_at)}
          onChoose={(value) => setQuery({ base: before, head: value })}
        />
      </div>
      {!areAll && (
        <p class="muted small">
          Older ones are ticked in <Link to={pathTo("snapshots", { project })}>Snapshots</Link>.
        </p>
      )}
      {answer.state === "failed" && answer.problem.status === 404 && base === null ? (
        <Notice title="Here the line begins">
          <p>{shortenCommit(head)} has no snapshot before it. Choose another one to compare it with.</p>
        </Notice>
      ) : (
        <Loaded answer={answer} lines={14}>
          {(found) => <Found project={project} found={found} />}
        </Loaded>
      )}
    </div>
  );
}

/** `at`: when the chosen one was committed, as soon as that is known. */
function optionsOf(recent: readonly Snapshot[], chosen: string, at: string | undefined) {
  const options = recent.map((one) => ({ value: one.commit, name: describeSnapshot(one) }));
  return recent.some((one) => one.commit.startsWith(chosen) && chosen !== "")
    ? options
    : [{ value: chosen, name: chosen === "" ? "The one before" : named(chosen, at) }, ...options];
}

function named(commit: string, at: string | undefined): string {
  return at === undefined ? shortenCommit(commit) : `${shortenCommit(commit)} · ${formatDate(at)}`;
}

/** An address may name a commit by its first digits. */
function fullOf(commit: string, recent: readonly Snapshot[]): string {
  return recent.find((one) => commit !== "" && one.commit.startsWith(commit))?.commit ?? commit;
}

interface FoundProperties {
  readonly project: string;
  readonly found: Comparison;
}

function Found({ project, found }: FoundProperties) {
  return (
    <div class="stack">
      <p class="about">
        <CommitName project={project} commit={found.base} /> of {formatTime(found.base_at)} (
        {formatAge(found.base_at)}) → <CommitName project={project} commit={found.head} /> of{" "}
        {formatTime(found.head_at)} ({formatAge(found.head_at)})
      </p>
      <Stats>
        <Stat name="Came in" note="violations">
          <Figure value={found.violations_added.length} kind="worse" />
        </Stat>
        <Stat name="Fixed" note="violations">
          <Figure value={found.violations_fixed.length} kind="better" />
        </Stat>
        {found.graphs && (
          <>
            <Stat name="Imports" note="added and removed">
              +{formatNumber(found.imports_added.length)} −{formatNumber(found.imports_removed.length)}
            </Stat>
            <Stat name="Modules" note="added and removed">
              +{formatNumber(found.modules_added.length)} −{formatNumber(found.modules_removed.length)}
            </Stat>
          </>
        )}
      </Stats>
      <Card title="Contracts that changed">
        <ContractChanges changes={found.contracts} />
      </Card>
      <Card title="Violations">
        <ViolationDifferences project={project} comparison={found} initial={20} />
      </Card>
      {found.graphs ? (
        <>
          <Card title="Imports">
            <ImportDifferences project={project} comparison={found} />
          </Card>
          <Card title="Modules">
            <ModuleDifferences project={project} comparison={found} />
          </Card>
        </>
      ) : (
        <Card title="Imports and modules">
          <p class="muted">
            Nobody knows any more: the graph of one of the two was dropped to save room.
          </p>
        </Card>
      )}
    </div>
  );
}

function Figure({ value, kind }: { readonly value: number; readonly kind: string }) {
  return <span class={value > 0 ? kind : "muted"}>{formatNumber(value)}</span>;
}
