/** The violations of a project: searched, filtered, sorted and paged by the service. */

import type { ComponentChildren } from "preact";
import * as endpoints from "../api/endpoints";
import type { Counted, FixedViolation, OpenViolation, ProjectNow, Standing } from "../api/types";
import { type Answer, useAnswer } from "../api/use-answer";
import { Card } from "../components/card";
import { Loaded, Loading, Notice } from "../components/notice";
import { PageTitle } from "../components/page-title";
import { FIRST_PAGE, Pager } from "../components/pager";
import { type Column, Table } from "../components/table";
import { findContract, liveContracts } from "../project/visible-contracts";
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
  const query = replaceOldContract(readViolationQuery(), project);
  const context = useColumnContext(project, query.branch);
  return (
    <Card title="Imports and definitions that a contract forbids">
      <Filters project={project.name} contracts={liveContracts(project)} query={query} />
      {context === null ? (
        <Loading lines={12} />
      ) : query.state === "open" ? (
        <Open context={context} query={query} now={project.now} />
      ) : (
        <Fixed context={context} query={query} />
      )}
    </Card>
  );
}

/** Ask for a contract by its id of today, if the address has one that it had before. */
function replaceOldContract(query: ViolationQuery, project: ProjectNow): ViolationQuery {
  const found = findContract(project.contracts, query.filters.contract ?? null);
  return found === undefined
    ? query
    : { ...query, filters: { ...query.filters, contract: found.contract.id } };
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

function Open({ context, query, now }: ListProperties & { readonly now: Standing | null }) {
  const answer = useAnswer(endpoints.openViolations(context.project, toApiQuery(query)));
  return (
    <List
      answer={answer}
      query={query}
      columns={openColumns(context)}
      caption="Open violations"
      empty={<NoneOpen now={now} />}
    />
  );
}

function Fixed({ context, query }: ListProperties) {
  const answer = useAnswer(endpoints.fixedViolations(context.project, toApiQuery(query)));
  return (
    <List
      answer={answer}
      query={query}
      columns={fixedColumns(context)}
      caption="Fixed violations"
      empty={
        <Notice title="Nothing was fixed yet">
          <p>What goes from the list of open violations will stand here.</p>
        </Notice>
      }
    />
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
  /** Shown if there is none at all. */
  readonly empty: ComponentChildren;
}

function List<Of extends OpenViolation | FixedViolation>({
  answer,
  query,
  columns,
  caption,
  empty,
}: RowsProperties<Of>) {
  const { sort, descending, filters } = query;
  return (
    <Loaded answer={answer} lines={12}>
      {(page) =>
        page.items.length === 0 ? (
          Object.keys(filters).length > 0 ? (
            <NoMatch />
          ) : (
            empty
          )
        ) : (
          <>
            <p class="total" aria-live="polite">
              <b>{pluralize(page.total, "violation")}</b>
            </p>
            <Table
              stacks
              dense
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

function NoMatch() {
  return (
    <Notice title="No violation matches">
      <p>There may be some that one of the filters leaves out.</p>
      <button type="button" onClick={clearFilters}>
        Clear all filters
      </button>
    </Notice>
  );
}

/** Say what the API says: zero is not the end of the work if a file could not be read. */
function NoneOpen({ now }: { readonly now: Standing | null }) {
  return (
    <Notice title="No violation was found" icon={now?.state === "sealed" ? "sealed" : "empty"}>
      {now !== null && <p>{now.sentence}</p>}
    </Notice>
  );
}
