/** The columns of the tables of violations. */

import type { FixedViolation, Moment, OpenViolation } from "../api/types";
import { CommitName, ModuleName } from "../components/names";
import { SourceLocations } from "../components/source-location";
import type { Column } from "../components/table";
import type { SourceLink } from "../text/forge";
import { formatAge, formatNumber, formatTime, pluralize } from "../text/format";

/** What the cells need besides the violation. */
export interface ColumnContext {
  readonly project: string;
  readonly linkTo: SourceLink;
  /** The names of the contracts by id. */
  readonly names: ReadonlyMap<string, string>;
}

export function openColumns({
  project,
  linkTo,
  names,
}: ColumnContext): readonly Column<OpenViolation>[] {
  return [
    {
      name: "Importer",
      sort: "importer",
      cell: (row) => (
        <>
          <ModuleName project={project} module={row.importer} />
          <SourceLocations all={row.occurrences} linkTo={linkTo} />
        </>
      ),
    },
    {
      name: "Imports",
      sort: "imported",
      cell: (row) => (
        <>
          <ModuleName project={project} module={row.imported} /> {row.ghost && <Ghost />}
          {row.replacement !== null && (
            <p class="small">
              <span class="muted">use </span>
              <ModuleName project={project} module={row.replacement} />
            </p>
          )}
        </>
      ),
    },
    {
      name: "Contract",
      sort: "contract",
      cell: (row) => (
        <>
          <bdi>{names.get(row.contract) ?? row.contract}</bdi>
          {row.owner !== null && (
            <p class="muted small">
              <bdi>{row.owner}</bdi>
            </p>
          )}
        </>
      ),
    },
    {
      name: "Introduced",
      sort: "introduced",
      cell: (row) => (
        <>
          <span class="nowrap">{row.age_days === 0 ? "today" : pluralize(row.age_days, "day")}</span>
          <p class="small nowrap">
            <CommitAt project={project} at={row.introduced} />
          </p>
        </>
      ),
    },
    {
      name: "Times",
      sort: "times",
      align: "right",
      cell: (row) => <Times count={row.times} />,
    },
  ];
}

export function fixedColumns({ project, names }: ColumnContext): readonly Column<FixedViolation>[] {
  return [
    { name: "Importer", cell: (row) => <ModuleName project={project} module={row.importer} /> },
    { name: "Imported", cell: (row) => <ModuleName project={project} module={row.imported} /> },
    { name: "Contract", cell: (row) => <bdi>{names.get(row.contract) ?? row.contract}</bdi> },
    {
      name: "Introduced",
      cell: (row) => <Happened project={project} at={row.introduced} />,
    },
    { name: "Fixed", cell: (row) => <Happened project={project} at={row.fixed} /> },
    { name: "Times", align: "right", cell: (row) => <Times count={row.times} /> },
  ];
}

function Happened({ project, at }: { readonly project: string; readonly at: Moment }) {
  return (
    <>
      <span class="nowrap">{formatAge(at.committed_at)}</span>
      <p class="small nowrap">
        <CommitAt project={project} at={at} />
      </p>
    </>
  );
}

function CommitAt({ project, at }: { readonly project: string; readonly at: Moment }) {
  return (
    <span title={formatTime(at.committed_at)}>
      <span class="muted">in </span>
      <CommitName project={project} commit={at.commit} />
    </span>
  );
}

/** How many times the violation was introduced. */
function Times({ count: times }: { readonly count: number }) {
  return times > 1 ? (
    <span class="worse" title={`It came back ${pluralize(times - 1, "time")}.`}>
      {formatNumber(times)}×
    </span>
  ) : (
    <span class="muted">once</span>
  );
}

export function Ghost() {
  return (
    <span class="tag ghost" title="The module does not exist (any more).">
      ghost
    </span>
  );
}
