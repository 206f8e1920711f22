/** The snapshots of a project along a branch; two of them can be compared. */

import * as endpoints from "../api/endpoints";
import type { Page, ProjectNow, Snapshot } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Card } from "../components/card";
import { Commands } from "../components/commands";
import { Link } from "../components/link";
import { CommitName } from "../components/names";
import { Loaded } from "../components/notice";
import { PageTitle } from "../components/page-title";
import { FIRST_PAGE, Pager } from "../components/pager";
import { SegmentedControl } from "../components/segmented-control";
import { type Column, Table } from "../components/table";
import { branch, type ParametersOf, pathTo, query, setQuery } from "../router";
import { selectedCommits, setCommitSelected } from "../snapshots/selected-commits";
import "../snapshots/snapshots.css";
import { addUpContracts, countChange, formatBound } from "../snapshots/snapshot-totals";
import {
  formatAge,
  formatChange,
  formatDate,
  formatNumber,
  formatTime,
  pluralize,
  shortenCommit,
} from "../text/format";

const ORDERS = [
  { id: "branch", name: "Along the branch" },
  { id: "received", name: "All, as they were received" },
] as const;

export default function Snapshots({ project }: ParametersOf<"snapshots">) {
  const answer = useAnswer(endpoints.project(project));
  return (
    <>
      <PageTitle title="Snapshots" />
      <Loaded answer={answer} lines={14}>
        {(loaded) => <SnapshotsCard project={loaded} />}
      </Loaded>
    </>
  );
}

function SnapshotsCard({ project }: { readonly project: ProjectNow }) {
  const shown = branch.value ?? project.default_branch;
  const order = shown === null || query.value.get("order") === "received" ? "received" : "branch";
  const answer = useAnswer(
    endpoints.snapshots(project.name, {
      branch: order === "branch" ? shown : null,
      after: query.value.get("after"),
    }),
  );
  return (
    <Card
      title="What was read of each commit"
      actions={
        <>
          {shown !== null && (
            <SegmentedControl
              label="Order"
              options={ORDERS}
              chosen={order}
              onChoose={(id) => setQuery({ order: id === "branch" ? null : id, ...FIRST_PAGE })}
            />
          )}
          <CompareButton project={project.name} />
        </>
      }
    >
      <Loaded answer={answer} lines={12}>
        {(page) =>
          page.items.length === 0 ? (
            <div>
              <p class="about">No commit was sent yet. Three commands fill the project:</p>
              <Commands project={project.name} />
            </div>
          ) : (
            <List project={project.name} page={page} isLine={order === "branch"} />
          )
        }
      </Loaded>
    </Card>
  );
}

interface Row {
  readonly snapshot: Snapshot;
  /** The previous snapshot on the branch, if the list has it. */
  readonly before: Snapshot | null;
}

interface ListProperties {
  readonly project: string;
  readonly page: Page<Snapshot>;
  readonly isLine: boolean;
}

function List({ project, page, isLine }: ListProperties) {
  const rows = page.items.map((snapshot, index) => ({
    snapshot,
    before: isLine ? (page.items[index + 1] ?? null) : null,
  }));
  return (
    <>
      <Table
        caption="Snapshots"
        columns={buildColumns(project)}
        rows={rows}
        keyOf={(row) => row.snapshot.commit}
      />
      <Pager shown={page.items.length} next={page.next} total={null} noun="snapshots" />
    </>
  );
}

function buildColumns(project: string): readonly Column<Row>[] {
  return [
    { name: "Compare", cell: ({ snapshot }) => <SelectCheckbox snapshot={snapshot} /> },
    {
      name: "Commit",
      cell: ({ snapshot }) => <CommitName project={project} commit={snapshot.commit} />,
    },
    {
      name: "Committed",
      cell: ({ snapshot }) => <Committed at={snapshot.committed_at} />,
    },
    { name: "Violations", align: "right", cell: (row) => <Violations row={row} /> },
    {
      name: "Contracts kept",
      align: "right",
      wide: true,
      cell: ({ snapshot }) => {
        const { kept } = addUpContracts(snapshot);
        return `${formatNumber(kept)} of ${formatNumber(snapshot.contracts.length)}`;
      },
    },
    {
      name: "Modules",
      align: "right",
      wide: true,
      cell: ({ snapshot }) => formatNumber(snapshot.modules),
    },
    {
      name: "Imports",
      align: "right",
      wide: true,
      cell: ({ snapshot }) => formatNumber(snapshot.imports),
    },
    {
      name: "Not read",
      align: "right",
      wide: true,
      cell: ({ snapshot }) => <Unread snapshot={snapshot} />,
    },
  ];
}

function Committed({ at }: { readonly at: string }) {
  const date = formatDate(at);
  return (
    <span class="nowrap" title={formatAge(at)}>
      {date}
      <span class="only-wide">{formatTime(at).slice(date.length)}</span>
    </span>
  );
}

function SelectCheckbox({ snapshot: { commit } }: { readonly snapshot: Snapshot }) {
  return (
    <label class="pick">
      <input
        type="checkbox"
        checked={selectedCommits().includes(commit)}
        onChange={(event) => setCommitSelected(commit, event.currentTarget.checked)}
      />
      <span class="unseen">Compare {shortenCommit(commit)}</span>
    </label>
  );
}

function Violations({ row: { snapshot, before } }: { readonly row: Row }) {
  const { violations, isLowerBound } = addUpContracts(snapshot);
  const change = before === null ? 0 : countChange(before, snapshot);
  return (
    <span class="nowrap">
      {change !== 0 && (
        <>
          <span class={change > 0 ? "small worse" : "small better"}>{formatChange(change)}</span>{" "}
        </>
      )}
      <b>{formatBound(violations, isLowerBound)}</b>
    </span>
  );
}

function Unread({ snapshot: { unread, files } }: { readonly snapshot: Snapshot }) {
  return unread.length === 0 ? (
    <span class="muted">0</span>
  ) : (
    <span title={`of ${pluralize(files, "file")}`}>{formatNumber(unread.length)}</span>
  );
}

function CompareButton({ project }: { readonly project: string }) {
  const [first, second] = selectedCommits();
  if (first === undefined || second === undefined) {
    return (
      <span class="muted small">
        {first === undefined
          ? "Tick two to compare them"
          : `Tick another to compare ${shortenCommit(first)} with`}
      </span>
    );
  }
  return (
    <Link class="button primary" to={pathTo("compare", { project }, { base: first, head: second })}>
      Compare {shortenCommit(first)} with {shortenCommit(second)}
    </Link>
  );
}
