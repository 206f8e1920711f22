/** A snapshot: what a commit has, and what it changed. */

import { combineAnswers } from "../api/combine-answers";
import * as endpoints from "../api/endpoints";
import type { Comparison, Snapshot as Found, ProjectNow } from "../api/types";
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
import { type ParametersOf, pathTo } from "../router";
import { ContractChanges } from "../snapshots/contract-changes";
import { ViolationDifferences } from "../snapshots/difference-lists";
import { SnapshotContracts } from "../snapshots/snapshot-contracts";
import "../snapshots/snapshots.css";
import { addUpContracts, formatBound } from "../snapshots/snapshot-totals";
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
        about={answer.state === "ready" ? <About project={project} found={answer.value[1]} /> : " "}
        actions={
          <Link class="button" to={pathTo("compare", { project }, { head: commit })}>
            Compare
          </Link>
        }
      />
      <Loaded answer={answer} lines={14}>
        {([project, found]) => <Whole project={project} found={found} />}
      </Loaded>
    </>
  );
}

interface Properties {
  readonly project: ProjectNow;
  readonly found: Found;
}

function Whole({ project, found }: Properties) {
  const forge = createSourceLink(project.settings["link"], found);
  const { name } = project;
  return (
    <div class="stack">
      <Figures found={found} />
      <Changed project={name} commit={found.commit} />
      <Card title="Contracts">
        <SnapshotContracts project={name} contracts={found.contracts} />
      </Card>
      <Card title="Violations">
        <SnapshotViolations project={name} snapshot={found} forge={forge} />
      </Card>
      {found.unread.length > 0 && (
        <Card
          title="Files that were not read"
          about="What they import is in no count. One that names a deprecated module makes its contract’s count a lower bound."
        >
          <Unread found={found} forge={forge} />
        </Card>
      )}
      <Facts project={name} found={found} />
    </div>
  );
}

function About({ project, found }: { readonly project: string; readonly found: Found }) {
  const address = found.build?.url == null ? null : webAddress(found.build.url);
  return (
    <>
      Committed {formatTime(found.committed_at)} ({formatAge(found.committed_at)})
      {found.branches.length > 0 && (
        <>
          {" "}
          · on <bdi>{found.branches.join(", ")}</bdi>
        </>
      )}
      {found.parent !== null && (
        <>
          {" "}
          · after <CommitName project={project} commit={found.parent} />
        </>
      )}
      {found.build !== null && (
        <>
          {" "}
          · read by{" "}
          {address === null ? (
            <bdi>{found.build.service}</bdi>
          ) : (
            <a href={address} target="_blank" rel="noopener noreferrer">
              {found.build.service} <Icon name="external" />
            </a>
          )}
        </>
      )}
    </>
  );
}

function Figures({ found }: { readonly found: Found }) {
  const { violations, isLowerBound, kept } = addUpContracts(found);
  const unread = found.unread.length;
  return (
    <Stats>
      <Stat name="Violations" note={isLowerBound ? "or more: see below" : "exactly"}>
        {formatBound(violations, isLowerBound)}
      </Stat>
      <Stat name="Contracts kept" note={`of ${formatNumber(found.contracts.length)}`}>
        {formatNumber(kept)}
      </Stat>
      <Stat name="Modules" note={pluralize(found.imports, "import")}>
        {formatNumber(found.modules)}
      </Stat>
      <Stat name="Files read" note={`of ${formatNumber(found.files)}`}>
        {formatNumber(found.files - unread)}
      </Stat>
      <Stat name="Files not read" note={unread === 0 ? "every file is in the graph" : "listed below"}>
        {formatNumber(unread)}
      </Stat>
    </Stats>
  );
}

function Changed({ project, commit }: { readonly project: string; readonly commit: string }) {
  const answer = useAnswer(endpoints.compare(project, { head: commit }));
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
          {(found) => (
            <div class="stack">
              <p class="about">
                Against <CommitName project={project} commit={found.base} /> of{" "}
                {formatTime(found.base_at)}
                {found.graphs ? ": " : "."}
                {found.graphs && graphChange(found)}
              </p>
              <ContractChanges changes={found.contracts} />
              {found.violations_added.length + found.violations_fixed.length > 0 && (
                <ViolationDifferences project={project} comparison={found} initial={5} />
              )}
            </div>
          )}
        </Loaded>
      </div>
    </Card>
  );
}

function graphChange(found: Comparison): string {
  const { imports_added, imports_removed, modules_added, modules_removed } = found;
  return (
    `${pluralize(imports_added.length, "import")} added, ${formatNumber(imports_removed.length)} removed; ` +
    `${pluralize(modules_added.length, "module")} added, ${formatNumber(modules_removed.length)} removed.`
  );
}

interface UnreadProperties {
  readonly found: Found;
  readonly forge: SourceLink;
}

function Unread({ found, forge }: UnreadProperties) {
  return (
    <ExpandableList items={found.unread} keyOf={(file) => file.path}>
      {(file) => {
        const text = file.line === null ? file.path : `${file.path}:${file.line}`;
        const address = forge(file.path, file.line ?? 1);
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

function Facts({ project, found }: { readonly project: string; readonly found: Found }) {
  return (
    <Card title="What makes it the same again">
      <dl class="facts">
        <dt>Commit</dt>
        <dd>
          <code>{found.commit}</code> <CopyButton text={found.commit} />
        </dd>
        <dt>Configuration</dt>
        <dd>
          <code>{found.configuration}</code>
        </dd>
        <dt>Content</dt>
        <dd>
          <code>{found.digest}</code>
        </dd>
        <dt>archguard</dt>
        <dd>
          <bdi>{found.tool_version}</bdi>
        </dd>
        <dt>Received</dt>
        <dd>{formatTime(found.received_at)}</dd>
        <dt>Graph</dt>
        <dd>
          <Link to={pathTo("explorer", { project }, { commit: found.commit })}>
            Explore it as it was
          </Link>
        </dd>
      </dl>
    </Card>
  );
}
