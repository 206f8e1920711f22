/** The violations of a project: searched, filtered, sorted and paged by the service. */

import * as endpoints from "../api/endpoints";
import type { Counted, FixedViolation, OpenViolation, ProjectNow } from "../api/types";
import { type Answer, useAnswer } from "../api/use-answer";
import { Card } from "../components/card";
import { Loaded, Loading, Notice } from "../components/notice";
import { PageTitle } from "../components/page-title";
import { FIRST_PAGE, Pager } from "../components/pager";
import { type Column, Table } from "../components/table";
import { branch, type ParametersOf, setQuery } from "../router";
import { createSourceLink } from "../text/forge";
import { pluralize } from "../text/format";
import { type ColumnContext, fixedColumns, openColumns } from "../violations/columns";
import { clearFilters, Filters } from "../violations/filters";
import { readViolationQuery, toApiQuery, type ViolationQuery } from "../violations/violation-query";

export default function Violations({ project }: ParametersOf<"violations">) {
  const answer = useAnswer(endpoints.project(project, { branch: branch.value }));
  return (
    <>
      <PageTitle title="Violations" />
      <Loaded answer={answer} lines={14}>
        {(loaded) => <ViolationsCard project={loaded} />}
      </Loaded>
    </>
  );
}

function ViolationsCard({ project }: { readonly project: ProjectNow }) {
  const query = readViolationQuery();
  const context = useColumnContext(project, query.branch);
  return (
    <Card title="Imports that a contract forbids">
      <Filters project={project.name} contracts={project.contracts} query={query} />
      {context === null ? (
        <Loading lines={12} />
      ) : query.state === "open" ? (
        <Open context={context} query={query} />
      ) : (
        <Fixed context={context} query={query} />
      )}
    </Card>
  );
}

/** Return what the cells need, or null while it loads. Line numbers are those of the branch's tip. */
function useColumnContext(project: ProjectNow, branch: string | null): ColumnContext | null {
  const page = useAnswer(
    endpoints.snapshots(project.name, { branch: branch ?? project.default_branch, limit: 1 }),
  );
  if (page.state === "loading" && page.value === null) {
    return null;
  }
  const tip = page.state === "failed" ? undefined : page.value?.items[0];
  const names = new Map(project.contracts.map(({ contract }) => [contract.id, contract.name]));
  return {
    project: project.name,
    names,
    linkTo: tip === undefined ? () => null : createSourceLink(project.settings.link, tip),
  };
}

interface ListProperties {
  readonly context: ColumnContext;
  readonly query: ViolationQuery;
}

function Open({ context, query }: ListProperties) {
  const answer = useAnswer(endpoints.openViolations(context.project, toApiQuery(query)));
  return <List answer={answer} query={query} columns={openColumns(context)} caption="Open violations" />;
}

function Fixed({ context, query }: ListProperties) {
  const answer = useAnswer(endpoints.fixedViolations(context.project, toApiQuery(query)));
  return (
    <List answer={answer} query={query} columns={fixedColumns(context)} caption="Fixed violations" />
  );
}

interface Row {
  readonly contract: string;
  readonly importer: string;
  readonly imported: string;
}

interface RowsProperties<Of extends Row> {
  readonly answer: Answer<Counted<Of>>;
  readonly query: ViolationQuery;
  readonly columns: readonly Column<Of>[];
  readonly caption: string;
}

function List<Of extends OpenViolation | FixedViolation>({
  answer,
  query,
  columns,
  caption,
}: RowsProperties<Of>) {
  const { sort, descending, state, filters } = query;
  return (
    <Loaded answer={answer} lines={12}>
      {(page) =>
        page.items.length === 0 ? (
          <NoViolations state={state} isNarrowed={Object.keys(filters).length > 0} />
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

function NoViolations({ state, isNarrowed }: { readonly state: string; readonly isNarrowed: boolean }) {
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
