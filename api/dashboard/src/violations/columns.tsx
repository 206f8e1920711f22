/** The columns of the tables of violations. */

import type { FixedViolation, Moment, OpenViolation } from "../api/types";
import { CommitName, ImportedName, ModuleName, namesClass, ShortModuleName } from "../components/names";
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
      width: "34%",
      cell: (row) => (
        <>
          <ModuleName project={project} module={row.importer} />{" "}
          <SourceLocations all={row.occurrences} linkTo={linkTo} />
        </>
      ),
    },
    {
      name: "Imports",
      sort: "imported",
      width: "27%",
      value: (row) =>
        JSON.stringify([
          namesClass(row.importer, row.imported),
          row.imported,
          row.ghost,
          row.replacement,
        ]),
      cell: (row) => (
        <>
          <ImportedName project={project} importer={row.importer} imported={row.imported} />{" "}
          {row.ghost && <Ghost />}
          {row.replacement !== null && (
            <span class="instead">
              <span class="muted">use </span>
              <ShortModuleName project={project} module={row.replacement} />
            </span>
          )}
        </>
      ),
    },
    {
      name: "Contract",
      sort: "contract",
      value: (row) => JSON.stringify([row.contract, row.owner]),
      cell: (row) => <ContractName name={names.get(row.contract) ?? row.contract} owner={row.owner} />,
    },
    {
      name: "Introduced",
      sort: "introduced",
      width: "12.5rem",
      value: (row) => row.introduced.commit,
      cell: (row) => (
        <span class="nowrap">
          {row.age_days === 0 ? "today" : pluralize(row.age_days, "day")}{" "}
          <CommitAt project={project} at={row.introduced} />
        </span>
      ),
    },
    {
      name: "Times",
      sort: "times",
      width: "4.25rem",
      value: (row) => String(row.times),
      align: "right",
      cell: (row) => <Times count={row.times} />,
    },
  ];
}

export function fixedColumns({ project, names }: ColumnContext): readonly Column<FixedViolation>[] {
  return [
    {
      name: "Importer",
      width: "28%",
      cell: (row) => <ModuleName project={project} module={row.importer} />,
    },
    {
      name: "Imported",
      width: "19%",
      cell: (row) => <ImportedName project={project} importer={row.importer} imported={row.imported} />,
    },
    {
      name: "Contract",
      value: (row) => row.contract,
      cell: (row) => <ContractName name={names.get(row.contract) ?? row.contract} owner={null} />,
    },
    {
      name: "Introduced",
      width: "12.75rem",
      value: (row) => row.introduced.commit,
      cell: (row) => <Happened project={project} at={row.introduced} />,
    },
    {
      name: "Fixed",
      width: "12.75rem",
      value: (row) => row.fixed.commit,
      cell: (row) => <Happened project={project} at={row.fixed} />,
    },
    {
      name: "Times",
      width: "4.25rem",
      align: "right",
      value: (row) => String(row.times),
      cell: (row) => <Times count={row.times} />,
    },
  ];
}

/** A contract's name and owner in one line, which is cut if it is too long. */
function ContractName({ name, owner }: { readonly name: string; readonly owner: string | null }) {
  return (
    <span class="one-line" title={owner === null ? name : `${name} · ${owner}`}>
      <bdi>{name}</bdi>
      {owner !== null && (
        <span class="muted">
          {" "}
          · <bdi>{owner}</bdi>
        </span>
      )}
    </span>
  );
}

function Happened({ project, at }: { readonly project: string; readonly at: Moment }) {
  return (
    <span class="nowrap">
      {formatAge(at.committed_at)} <CommitAt project={project} at={at} />
    </span>
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
