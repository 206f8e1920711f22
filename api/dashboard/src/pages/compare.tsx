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
import { branch, type ParametersOf, pathTo, query, setQuery } from "../router";
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
  const projectAnswer = useAnswer(endpoints.project(project));
  const recent = useAnswer(
    projectAnswer.state === "ready"
      ? endpoints.snapshots(project, {
          branch: branch.value ?? projectAnswer.value.default_branch,
          limit: 50,
        })
      : null,
  );
  return (
    <>
      <PageTitle title="Compare" about="What one commit has and another has not." />
      <Loaded answer={combineAnswers(projectAnswer, recent)} lines={14}>
        {([, page]) => (
          <SelectedSnapshots project={project} recent={page.items} isComplete={page.next === null} />
        )}
      </Loaded>
    </>
  );
}

interface SelectedProperties {
  readonly project: string;
  readonly recent: readonly Snapshot[];
  readonly isComplete: boolean;
}

/** Compare two snapshots: by default the newest one with the one before it. */
function SelectedSnapshots({ project, recent, isComplete }: SelectedProperties) {
  const head = query.value.get("head") ?? recent[0]?.commit ?? null;
  const base = query.value.get("base");
  const answer = useAnswer(
    head === null ? null : endpoints.compare(project, { base, head, branch: branch.value }),
  );
  if (head === null) {
    return (
      <Notice title="There is nothing to compare yet">
        <p>The project has no snapshot on this branch.</p>
      </Notice>
    );
  }
  const comparison = answer.state === "ready" ? answer.value : null;
  const before = base ?? comparison?.base ?? "";
  return (
    <div class="stack">
      <div class="card versus">
        <SelectField
          label="From"
          value={completeCommit(before, recent)}
          options={buildOptions(recent, before, comparison?.base_at)}
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
          value={completeCommit(head, recent)}
          options={buildOptions(recent, head, comparison?.head_at)}
          onChoose={(value) => setQuery({ base: before, head: value })}
        />
      </div>
      {!isComplete && (
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
          {(loaded) => <ComparisonDetails project={project} comparison={loaded} />}
        </Loaded>
      )}
    </div>
  );
}

/** Return the options; `at` is the commit time of the selected snapshot, if known. */
function buildOptions(recent: readonly Snapshot[], selected: string, at: string | undefined) {
  const options = recent.map((snapshot) => ({
    value: snapshot.commit,
    name: describeSnapshot(snapshot),
  }));
  return recent.some(({ commit }) => commit.startsWith(selected) && selected !== "")
    ? options
    : [
        { value: selected, name: selected === "" ? "The one before" : describeCommit(selected, at) },
        ...options,
      ];
}

function describeCommit(commit: string, at: string | undefined): string {
  return at === undefined ? shortenCommit(commit) : `${shortenCommit(commit)} · ${formatDate(at)}`;
}

/** Return the full id of a commit that the address may abbreviate. */
function completeCommit(commit: string, recent: readonly Snapshot[]): string {
  return (
    recent.find((snapshot) => commit !== "" && snapshot.commit.startsWith(commit))?.commit ?? commit
  );
}

interface DetailsProperties {
  readonly project: string;
  readonly comparison: Comparison;
}

function ComparisonDetails({ project, comparison }: DetailsProperties) {
  return (
    <div class="stack">
      <p class="about">
        <CommitName project={project} commit={comparison.base} /> of {formatTime(comparison.base_at)} (
        {formatAge(comparison.base_at)}) → <CommitName project={project} commit={comparison.head} /> of{" "}
        {formatTime(comparison.head_at)} ({formatAge(comparison.head_at)})
      </p>
      <Stats>
        <Stat name="Came in" note="violations">
          <Figure value={comparison.violations_added.length} kind="worse" />
        </Stat>
        <Stat name="Fixed" note="violations">
          <Figure value={comparison.violations_fixed.length} kind="better" />
        </Stat>
        {comparison.graphs && (
          <>
            <Stat name="Imports" note="added and removed">
              <Pair
                added={comparison.imports_added.length}
                removed={comparison.imports_removed.length}
              />
            </Stat>
            <Stat name="Modules" note="added and removed">
              <Pair
                added={comparison.modules_added.length}
                removed={comparison.modules_removed.length}
              />
            </Stat>
          </>
        )}
      </Stats>
      <Card title="Contracts that changed">
        <ContractChanges changes={comparison.contracts} />
      </Card>
      <Card title="Violations">
        <ViolationDifferences project={project} comparison={comparison} initial={20} />
      </Card>
      {comparison.graphs ? (
        <>
          <Card title="Imports">
            <ImportDifferences project={project} comparison={comparison} />
          </Card>
          <Card title="Modules">
            <ModuleDifferences project={project} comparison={comparison} />
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

function Pair({ added, removed }: { readonly added: number; readonly removed: number }) {
  return (
    <span class="pair">
      +{formatNumber(added)} −{formatNumber(removed)}
    </span>
  );
}
