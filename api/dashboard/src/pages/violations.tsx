/** The violations of a project: searched, filtered, sorted and paged by the service. */

import * as endpoints from "../api/endpoints";
import type { Counted, FixedViolation, OpenViolation, ProjectNow } from "../api/types";
import { type Answer, useAnswer } from "../api/use-answer";
import { Card } from "../components/card";
import { Loaded, Loading, Notice } from "../components/notice";
import { PageTitle } from "../components/page-title";
import { FIRST_PAGE, Pager } from "../components/pager";
import { type Column, Table } from "../components/table";
import { type ParametersOf, setQuery } from "../router";
import { createSourceLink } from "../text/forge";
import { pluralize } from "../text/format";
import { type ColumnContext, fixedColumns, openColumns } from "../violations/columns";
import { clearFilters, Filters } from "../violations/filters";
import { readViolationQuery, toApiQuery, type ViolationQuery } from "../violations/violation-query";

export default function Violations({ project }: ParametersOf<"violations">) {
  const answer = useAnswer(endpoints.project(project));
  return (
    <>
      <PageTitle title="Violations" />
      <Loaded answer={answer} lines={14}>
        {(found) => <Found found={found} />}
      </Loaded>
    </>
  );
}

function Found({ found }: { readonly found: ProjectNow }) {
  const now = readViolationQuery();
  const around = useAround(found, now.branch);
  return (
    <Card title="Imports that a contract forbids">
      <Filters project={found.name} contracts={found.contracts} query={now} />
      {around === null ? (
        <Loading lines={12} />
      ) : now.state === "open" ? (
        <Open around={around} asked={now} />
      ) : (
        <Fixed around={around} asked={now} />
      )}
    </Card>
  );
}

/** The lines of an import are those of the branch's tip. Null: it is not known yet. */
function useAround(found: ProjectNow, branch: string | null): ColumnContext | null {
  const { name: project, settings } = found;
  const page = useAnswer(
    endpoints.snapshots(project, { branch: branch ?? found.default_branch, limit: 1 }),
  );
  if (page.state === "loading" && page.value === null) {
    return null;
  }
  const tip = page.state === "failed" ? undefined : page.value?.items[0];
  const names = new Map(found.contracts.map(({ contract }) => [contract.id, contract.name]));
  return {
    project,
    names,
    forge: tip === undefined ? () => null : createSourceLink(settings["link"], tip),
  };
}

interface ListProperties {
  readonly around: ColumnContext;
  readonly asked: ViolationQuery;
}

function Open({ around, asked }: ListProperties) {
  const answer = useAnswer(endpoints.openViolations(around.project, toApiQuery(asked)));
  return <List answer={answer} asked={asked} columns={openColumns(around)} caption="Open violations" />;
}

function Fixed({ around, asked }: ListProperties) {
  const answer = useAnswer(endpoints.fixedViolations(around.project, toApiQuery(asked)));
  return (
    <List answer={answer} asked={asked} columns={fixedColumns(around)} caption="Fixed violations" />
  );
}

interface Row {
  readonly contract: string;
  readonly importer: string;
  readonly imported: string;
}

interface RowsProperties<Of extends Row> {
  readonly answer: Answer<Counted<Of>>;
  readonly asked: ViolationQuery;
  readonly columns: readonly Column<Of>[];
  readonly caption: string;
}

function List<Of extends OpenViolation | FixedViolation>({
  answer,
  asked,
  columns,
  caption,
}: RowsProperties<Of>) {
  const { sort, descending, state, filters } = asked;
  return (
    <Loaded answer={answer} lines={12}>
      {(page) =>
        page.items.length === 0 ? (
          <Nothing state={state} isNarrowed={Object.keys(filters).length > 0} />
        ) : (
          <>
            <p class="total" aria-live="polite">
              <b>{pluralize(page.total, "violation")}</b>
            </p>
            <Table
              stacks
              caption={caption}
              columns={columns}
              rows={page.items}
              keyOf={(row) => `${row.contract} ${row.importer} ${row.imported}`}
              sorted={{ by: sort, descending }}
              onSort={(next) =>
                setQuery({ sort: next.by, descending: next.descending || null, ...FIRST_PAGE })
              }
            />
            <Pager shown={page.items.length} next={page.next} total={page.total} noun="violations" />
          </>
        )
      }
    </Loaded>
  );
}

function Nothing({ state, isNarrowed }: { readonly state: string; readonly isNarrowed: boolean }) {
  if (isNarrowed) {
    return (
      <Notice title="No violation matches">
        <p>There may be some that one of the filters leaves out.</p>
        <button type="button" onClick={clearFilters}>
          Clear all filters
        </button>
      </Notice>
    );
  }
  return state === "open" ? (
    <Notice title="Nothing is left" icon="sealed">
      <p>No import on this branch breaks a contract.</p>
    </Notice>
  ) : (
    <Notice title="Nothing was fixed yet">
      <p>What goes from the list of open violations will stand here.</p>
    </Notice>
  );
}
