/** The contracts of a snapshot. */

import type { Contract } from "../api/types";
import { Link } from "../components/link";
import { type Column, Table } from "../components/table";
import { unreadFilesPath } from "../components/unread-files";
import { pathTo } from "../router";
import { formatDate, formatNumber } from "../text/format";
import { formatBound, NO_VERDICT } from "./snapshot-totals";

interface Properties {
  readonly project: string;
  readonly commit: string;
  readonly contracts: readonly Contract[];
}

export function SnapshotContracts({ project, commit, contracts }: Properties) {
  if (contracts.length === 0) {
    return <p class="muted">The configuration has no contract.</p>;
  }
  return (
    <Table
      stacks
      caption="Contracts"
      columns={buildColumns(project, commit)}
      rows={contracts}
      keyOf={({ id }) => id}
    />
  );
}

function buildColumns(project: string, commit: string): readonly Column<Contract>[] {
  return [
    {
      name: "Contract",
      cell: ({ id, name, type }) => (
        <>
          <Link to={pathTo("project", { project }, { contract: id })}>
            <bdi>{name}</bdi>
          </Link>
          <p class="muted small">
            <bdi>{type}</bdi>
          </p>
        </>
      ),
    },
    {
      name: "Verdict",
      cell: ({ kept, lower_bound, unjudged }) =>
        unjudged ? (
          <span class="muted">{NO_VERDICT}</span>
        ) : kept && lower_bound ? (
          <Link to={unreadFilesPath(project, commit)}>not certain</Link>
        ) : (
          <b class={kept ? "better" : "worse"}>{kept ? "kept" : "broken"}</b>
        ),
    },
    {
      name: "Violations",
      align: "right",
      cell: ({ violations, lower_bound, unjudged }) =>
        unjudged ? <Nothing /> : formatBound(violations, lower_bound),
    },
    {
      name: "Exposure",
      align: "right",
      cell: ({ exposure, unjudged }) => (unjudged ? <Nothing /> : formatNumber(exposure)),
    },
    {
      name: "Adoption",
      align: "right",
      cell: ({ adoption, unjudged }) =>
        adoption === null || unjudged ? <Nothing /> : formatNumber(adoption),
    },
    {
      name: "Deadline",
      cell: ({ deadline }) =>
        deadline === null ? (
          <span class="muted">none</span>
        ) : (
          <span class="nowrap">{formatDate(deadline)}</span>
        ),
    },
    {
      name: "Owner",
      cell: ({ owner }) => (owner === null ? <span class="muted">nobody</span> : <bdi>{owner}</bdi>),
    },
  ];
}

function Nothing() {
  return <span class="muted">–</span>;
}
