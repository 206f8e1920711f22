/** The violations of a snapshot, filtered in the browser: the answer has all of them. */

import { useState } from "preact/hooks";
import * as endpoints from "../api/endpoints";
import type { Snapshot, ViolationThen } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { ShowMore } from "../components/expandable-list";
import { SearchField, SelectField } from "../components/field";
import { ImportedName, ModuleName } from "../components/names";
import { Loaded } from "../components/notice";
import { SourceLocations } from "../components/source-location";
import { type Column, Table } from "../components/table";
import { query, setQuery } from "../router";
import type { SourceLink } from "../text/forge";
import { pluralize } from "../text/format";
import { type ColumnContext, Ghost } from "../violations/columns";
import { contractNames } from "./snapshot-totals";

interface Properties {
  readonly project: string;
  readonly snapshot: Snapshot;
  readonly linkTo: SourceLink;
}

const FIRST = 20;
const MORE = 200;

export function SnapshotViolations({ project, snapshot, linkTo }: Properties) {
  const answer = useAnswer(endpoints.violationsThen(project, snapshot.commit));
  const [shown, setShown] = useState(FIRST);
  const search = query.value.get("search") ?? "";
  const contract = query.value.get("contract") ?? "";
  return (
    <Loaded answer={answer} lines={8}>
      {({ items }) => {
        if (items.length === 0) {
          return <p class="muted">None was found.</p>;
        }
        const matching = items.filter((violation) => matches(violation, search, contract));
        return (
          <>
            <div class="filters">
              <SearchField
                label="Search"
                class="grow"
                value={search}
                onSearch={(text, how) => setQuery({ search: text }, how)}
              />
              <SelectField
                label="Contract"
                value={contract}
                options={[
                  { value: "", name: "All" },
                  ...snapshot.contracts.map(({ id, name }) => ({ value: id, name })),
                ]}
                onChoose={(id) => setQuery({ contract: id })}
              />
            </div>
            <p class="total" aria-live="polite">
              <b>{pluralize(matching.length, "violation")}</b>
            </p>
            {matching.length > 0 && (
              <Table
                stacks
                dense
                caption="Violations"
                columns={violationColumns({ project, linkTo, names: contractNames(snapshot) })}
                rows={matching.slice(0, shown)}
                keyOf={(row) => `${row.contract} ${row.importer} ${row.imported}`}
              />
            )}
            <ShowMore remaining={matching.length - shown} onMore={() => setShown(shown + MORE)} />
          </>
        );
      }}
    </Loaded>
  );
}

function matches(violation: ViolationThen, search: string, contract: string): boolean {
  const text = search.toLowerCase();
  return (
    (contract === "" || violation.contract === contract) &&
    [violation.importer, violation.imported].some((module) => module.toLowerCase().includes(text))
  );
}

export function violationColumns({
  project,
  linkTo,
  names,
}: ColumnContext): readonly Column<ViolationThen>[] {
  return [
    {
      name: "Importer",
      cell: (row) => (
        <>
          <ModuleName project={project} module={row.importer} />{" "}
          <SourceLocations all={row.occurrences} linkTo={linkTo} />
        </>
      ),
    },
    {
      name: "Imports",
      cell: (row) => (
        <>
          <ImportedName project={project} importer={row.importer} imported={row.imported} />{" "}
          {row.ghost && <Ghost />}
        </>
      ),
    },
    {
      name: "Use instead",
      cell: ({ replacement }) =>
        replacement === null ? (
          <span class="muted">–</span>
        ) : (
          <ModuleName project={project} module={replacement} />
        ),
    },
    { name: "Contract", cell: (row) => <bdi>{names.get(row.contract) ?? row.contract}</bdi> },
  ];
}
