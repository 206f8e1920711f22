/** The violations of a snapshot, searched here: they are all there. */

import { useState } from "preact/hooks";
import * as questions from "../api/questions";
import type { Snapshot, ViolationThen } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Unfold } from "../components/expandable-list";
import { Choice, Search } from "../components/field";
import { ModuleName } from "../components/names";
import { Loaded } from "../components/notice";
import { Places } from "../components/source-location";
import { type Column, Table } from "../components/table";
import { query, setQuery } from "../router";
import type { Forge } from "../text/forge";
import { counted } from "../text/format";
import { type Around, Ghost } from "../violations/columns";
import { namesOf } from "./snapshot-totals";

interface Properties {
  readonly project: string;
  readonly snapshot: Snapshot;
  readonly forge: Forge;
}

const FIRST = 20;
const MORE = 200;

export function Violations({ project, snapshot, forge }: Properties) {
  const answer = useAnswer(questions.violationsThen(project, snapshot.commit));
  const [shown, setShown] = useState(FIRST);
  const search = query.value.get("search") ?? "";
  const contract = query.value.get("contract") ?? "";
  return (
    <Loaded answer={answer} lines={8}>
      {({ items }) => {
        if (items.length === 0) {
          return <p class="muted">None: every contract was kept.</p>;
        }
        const found = items.filter((one) => isFound(one, search, contract));
        return (
          <>
            <div class="filters">
              <Search
                label="Search"
                class="grow"
                value={search}
                onInput={(text) => setQuery({ search: text }, "replace")}
              />
              <Choice
                label="Contract"
                value={contract}
                options={[
                  { value: "", name: "All" },
                  ...snapshot.contracts.map(({ id, name }) => ({ value: id, name })),
                ]}
                onChoose={(id) => setQuery({ contract: id }, "replace")}
              />
            </div>
            <p class="total" aria-live="polite">
              <b>{counted(found.length, "violation")}</b>
            </p>
            {found.length > 0 && (
              <Table
                stacks
                caption="Violations"
                columns={columnsOf({ project, forge, names: namesOf(snapshot) })}
                rows={found.slice(0, shown)}
                keyOf={(row) => `${row.contract} ${row.importer} ${row.imported}`}
              />
            )}
            <Unfold left={found.length - shown} onMore={() => setShown(shown + MORE)} />
          </>
        );
      }}
    </Loaded>
  );
}

function isFound(one: ViolationThen, search: string, contract: string): boolean {
  const text = search.toLowerCase();
  return (
    (contract === "" || one.contract === contract) &&
    [one.importer, one.imported].some((module) => module.toLowerCase().includes(text))
  );
}

export function columnsOf({ project, forge, names }: Around): readonly Column<ViolationThen>[] {
  return [
    {
      name: "Importer",
      cell: (row) => (
        <>
          <ModuleName project={project} module={row.importer} />
          <Places all={row.occurrences} forge={forge} />
        </>
      ),
    },
    {
      name: "Imports",
      cell: (row) => (
        <>
          <ModuleName project={project} module={row.imported} /> {row.ghost && <Ghost />}
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
