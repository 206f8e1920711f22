/** A snapshot: the contracts and violations of a commit, and what it changed. */

import { useEffect, useRef } from "preact/hooks";
import { combineAnswers } from "../api/combine-answers";
import * as endpoints from "../api/endpoints";
import type { Comparison, ProjectNow, Snapshot as SnapshotData } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Card } from "../components/card";
import { CopyButton } from "../components/copy-button";
import { ExpandableList } from "../components/expandable-list";
import { Icon } from "../components/icon";
import { Link } from "../components/link";
import { CommitName } from "../components/names";
import { Loaded } from "../components/notice";
import { PageTitle } from "../components/page-title";
import { Stat, Stats } from "../components/stat";
import { UNREAD_PART } from "../components/unread-files";
import { branch, type ParametersOf, pathTo, query } from "../router";
import { ContractChanges } from "../snapshots/contract-changes";
import { ViolationDifferences } from "../snapshots/difference-lists";
import { SnapshotContracts } from "../snapshots/snapshot-contracts";
import "../snapshots/snapshots.css";
import { addUpContracts, formatBound, NO_VERDICT } from "../snapshots/snapshot-totals";
import { SnapshotViolations } from "../snapshots/snapshot-violations";
import { createSourceLink, type SourceLink, webAddress } from "../text/forge";
import { formatAge, formatNumber, formatTime, pluralize, shortenCommit } from "../text/format";

export default function Snapshot({ project, commit }: ParametersOf<"snapshot">) {
  const answer = combineAnswers(
    useAnswer(endpoints.project(project)),
    useAnswer(endpoints.snapshot(project, commit)),
  );
  return (
    <>
      <PageTitle
        title={shortenCommit(commit)}
        about={answer.state === "ready" ? <About project={project} snapshot={answer.value[1]} /> : " "}
        actions={
          <Link class="button" to={pathTo("compare", { project }, { head: commit })}>
            Compare
          </Link>
        }
      />
      <Loaded answer={answer} lines={14}>
        {([project, snapshot]) => <SnapshotDetails project={project} snapshot={snapshot} />}
      </Loaded>
    </>
  );
}

interface Properties {
  readonly project: ProjectNow;
  readonly snapshot: SnapshotData;
}

function SnapshotDetails({ project, snapshot }: Properties) {
  const linkTo = createSourceLink(project.settings.link, snapshot);
  const { name } = project;
  return (
    <div class="stack">
      <Figures snapshot={snapshot} />
      <Changes project={name} commit={snapshot.commit} />
      <Card title="Contracts">
        <SnapshotContracts project={name} commit={snapshot.commit} contracts={snapshot.contracts} />
      </Card>
      <Card title="Violations">
        <SnapshotViolations project={name} snapshot={snapshot} linkTo={linkTo} />
      </Card>
      {snapshot.unread.length > 0 && <UnreadCard snapshot={snapshot} linkTo={linkTo} />}
      <Facts project={name} snapshot={snapshot} />
    </div>
  );
}

function About({ project, snapshot }: { readonly project: string; readonly snapshot: SnapshotData }) {
  const address = snapshot.build?.url == null ? null : webAddress(snapshot.build.url);
  return (
    <>
      Committed {formatTime(snapshot.committed_at)} ({formatAge(snapshot.committed_at)})
      {snapshot.branches.length > 0 && (
        <>
          {" "}
          · on <bdi>{snapshot.branches.join(", ")}</bdi>
        </>
      )}
      {snapshot.parent !== null && (
        <>
          {" "}
          · after <CommitName project={project} commit={snapshot.parent} />
        </>
      )}
      {snapshot.build !== null && (
        <>
          {" "}
          · read by{" "}
          {address === null ? (
            <bdi>{snapshot.build.service}</bdi>
          ) : (
            <a href={address} target="_blank" rel="noopener noreferrer">
              {snapshot.build.service} <Icon name="external" />
            </a>
          )}
        </>
      )}
    </>
  );
}

function Figures({ snapshot }: { readonly snapshot: SnapshotData }) {
  const { violations, isLowerBound, kept } = addUpContracts(snapshot);
  const unread = snapshot.unread.length;
  return (
    <Stats>
      <Stat
        name="Violations"
        note={violations === null ? NO_VERDICT : isLowerBound ? "or more: see below" : "exactly"}
      >
        {violations === null ? "–" : formatBound(violations, isLowerBound)}
      </Stat>
      <Stat name="Contracts kept" note={`for certain, of ${formatNumber(snapshot.contracts.length)}`}>
        {formatNumber(kept)}
      </Stat>
      <Stat name="Modules" note={pluralize(snapshot.imports, "import")}>
        {formatNumber(snapshot.modules)}
      </Stat>
      <Stat name="Files read" note={`of ${formatNumber(snapshot.files)}`}>
        {formatNumber(snapshot.files - unread)}
      </Stat>
      <Stat name="Files not read" note={unread === 0 ? "every file is in the graph" : "listed below"}>
        {formatNumber(unread)}
      </Stat>
    </Stats>
  );
}

function Changes({ project, commit }: { readonly project: string; readonly commit: string }) {
  const answer = useAnswer(endpoints.compare(project, { head: commit, branch: branch.value }));
  if (answer.state === "failed" && answer.problem.status === 404) {
    return (
      <Card title="What it changed">
        <p class="muted">No snapshot is before it on the branch: here the line begins.</p>
      </Card>
    );
  }
  return (
    <Card
      title="What it changed"
      actions={
        answer.state === "ready" && (
          <Link
            to={pathTo("compare", { project }, { base: answer.value.base, head: answer.value.head })}
          >
            With every import
          </Link>
        )
      }
    >
      <div class="changed-room">
        <Loaded answer={answer} lines={6}>
          {(comparison) => (
            <div class="stack">
              <p class="about">
                Against <CommitName project={project} commit={comparison.base} /> of{" "}
                {formatTime(comparison.base_at)}
                {comparison.graphs ? ": " : "."}
                {comparison.graphs && describeGraphChange(comparison)}
              </p>
              <ContractChanges changes={comparison.contracts} />
              {[
                comparison.violations_added,
                comparison.violations_fixed,
                comparison.violations_dropped ?? [],
                comparison.violations_unknown,
              ].some((violations) => violations.length > 0) && (
                <ViolationDifferences project={project} comparison={comparison} initial={5} />
              )}
            </div>
          )}
        </Loaded>
      </div>
    </Card>
  );
}

function describeGraphChange(comparison: Comparison): string {
  const { imports_added, imports_removed, modules_added, modules_removed } = comparison;
  return (
    `${pluralize(imports_added.length, "import")} added, ${formatNumber(imports_removed.length)} removed; ` +
    `${pluralize(modules_added.length, "module")} added, ${formatNumber(modules_removed.length)} removed.`
  );
}

interface UnreadProperties {
  readonly snapshot: SnapshotData;
  readonly linkTo: SourceLink;
}

function UnreadCard({ snapshot, linkTo }: UnreadProperties) {
  const place = useRef<HTMLDivElement>(null);
  const isAsked = query.value.get("part") === UNREAD_PART;
  useEffect(() => {
    if (isAsked) {
      place.current?.scrollIntoView();
    }
  }, [isAsked]);
  return (
    <div ref={place}>
      <Card
        title="Files that were not read"
        about="What they import is in no count. One that names a deprecated module makes its contract’s count a lower bound."
      >
        <Unread snapshot={snapshot} linkTo={linkTo} />
      </Card>
    </div>
  );
}

function Unread({ snapshot, linkTo }: UnreadProperties) {
  return (
    <ExpandableList items={snapshot.unread} keyOf={(file) => file.path}>
      {(file) => {
        const text = file.line === null ? file.path : `${file.path}:${file.line}`;
        const address = linkTo(file.path, file.line ?? 1);
        return (
          <>
            {address === null ? (
              <span class="code">{text}</span>
            ) : (
              <a class="code" href={address} target="_blank" rel="noopener noreferrer">
                {text}
              </a>
            )}
            <span class="muted small">
              <bdi>{file.reason}</bdi>
              {file.names.length > 0 && (
                <>
                  ; its text names <bdi>{file.names.join(", ")}</bdi>
                </>
              )}
            </span>
          </>
        );
      }}
    </ExpandableList>
  );
}

function Facts({ project, snapshot }: { readonly project: string; readonly snapshot: SnapshotData }) {
  return (
    <Card title="What makes it the same again">
      <dl class="facts">
        <dt>Commit</dt>
        <dd>
          <code>{snapshot.commit}</code> <CopyButton text={snapshot.commit} />
        </dd>
        <dt>Configuration</dt>
        <dd>
          <code>{snapshot.configuration}</code>
        </dd>
        <dt>Content</dt>
        <dd>
          <code>{snapshot.digest}</code>
        </dd>
        <dt>archguard</dt>
        <dd>
          <bdi>{snapshot.tool_version}</bdi>
        </dd>
        <dt>Received</dt>
        <dd>{formatTime(snapshot.received_at)}</dd>
        <dt>Graph</dt>
        <dd>
          <Link to={pathTo("explorer", { project }, { commit: snapshot.commit })}>
            Explore it as it was
          </Link>
        </dd>
      </dl>
    </Card>
  );
}
