/** The violations of a project: searched, filtered, sorted and paged by the service. */

import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { Endpoint } from "../api/client";
import * as endpoints from "../api/endpoints";
import type { Counted, FixedViolation, OpenViolation, ProjectNow, Standing } from "../api/types";
import { type Answer, useAnswer } from "../api/use-answer";
import { Card } from "../components/card";
import { CopyButton } from "../components/copy-button";
import { Loaded, Loading, Notice } from "../components/notice";
import { PageTitle } from "../components/page-title";
import { FIRST_PAGE, Pager } from "../components/pager";
import { type Column, Table } from "../components/table";
import { PREFIX } from "../path-prefix";
import { findContract, liveContracts } from "../project/visible-contracts";
import { branch, type ParametersOf, setQuery } from "../router";
import { createSourceLink } from "../text/forge";
import { pluralize } from "../text/format";
import { markdownChecklist } from "../violations/checklist";
import { type ColumnContext, fixedColumns, openColumns } from "../violations/columns";
import { clearFilters, Filters } from "../violations/filters";
import { useRowKeys } from "../violations/row-keys";
import { splitColumns } from "../violations/shared-values";
import { readViolationQuery, toApiQuery, type ViolationQuery } from "../violations/violation-query";
import "../violations/worklist.css";

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
  const list = useRef<HTMLDivElement>(null);
  useRowKeys(list);
  return (
    <Card title="Imports and definitions that a contract forbids">
      <div class="worklist" ref={list}>
        <Filters project={project.name} contracts={liveContracts(project)} query={query} />
        {context === null ? (
          <Loading lines={12} />
        ) : query.state === "open" ? (
          <Open context={context} query={query} now={project.now} />
        ) : (
          <Fixed context={context} query={query} />
        )}
      </div>
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
      file={endpoints.openViolations(context.project, wholeList(query))}
      actions={(rows) => (
        <CopyButton
          text={markdownChecklist(rows, context.linkTo)}
          label={rows.length === 1 ? "Copy as a checklist" : `Copy these ${rows.length} as a checklist`}
          name="in Markdown"
        />
      )}
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
      file={endpoints.fixedViolations(context.project, wholeList(query))}
      caption="Fixed violations"
      empty={
        <Notice title="Nothing was fixed yet">
          <p>What goes from the list of open violations will stand here.</p>
        </Notice>
      }
    />
  );
}

/** Return the API's parameters for all pages of a list as CSV. */
function wholeList(query: ViolationQuery) {
  return { ...toApiQuery(query), after: null, format: "csv" };
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
  /** The whole list as a file. */
  readonly file: Endpoint<unknown>;
  readonly actions?: (rows: readonly Of[]) => ComponentChildren;
  /** Shown if there is none at all. */
  readonly empty: ComponentChildren;
}

function List<Of extends OpenViolation | FixedViolation>({
  answer,
  query,
  columns,
  caption,
  file,
  actions,
  empty,
}: RowsProperties<Of>) {
  const { filters } = query;
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
          <Rows
            page={page}
            query={query}
            columns={columns}
            caption={caption}
            file={file}
            actions={actions?.(page.items)}
          />
        )
      }
    </Loaded>
  );
}

interface PageProperties<Of extends Row> {
  readonly page: Counted<Of>;
  readonly query: ViolationQuery;
  readonly columns: readonly Column<Of>[];
  readonly caption: string;
  readonly file: Endpoint<unknown>;
  readonly actions: ComponentChildren;
}

function Rows<Of extends Row>({ page, query, columns, caption, file, actions }: PageProperties<Of>) {
  const { sort, descending } = query;
  const isWhole = page.items.length === page.total;
  const { shown, shared } = splitColumns(columns, page.items, isWhole ? null : sort);
  return (
    <>
      <div class="worklist-head">
        <p class="total" aria-live="polite">
          <b>{pluralize(page.total, "violation")}</b>
        </p>
        <p class="muted small only-wide keys">
          <kbd>j</kbd> <kbd>k</kbd> rows · <kbd>Enter</kbd> opens · <kbd>/</kbd> searches
        </p>
        <div class="worklist-actions">
          {actions}
          <a class="small" href={PREFIX + file.path} download>
            All as CSV
          </a>
        </div>
      </div>
      <SharedValues columns={shared} rows={page.items} />
      <Table
        stacks
        dense
        caption={caption}
        columns={shown}
        rows={page.items}
        keyOf={(row) => `${row.contract} ${row.importer} ${row.imported}`}
        sorted={{ by: sort, descending }}
        onSort={(next) =>
          setQuery({ sort: next.by, descending: next.descending || null, ...FIRST_PAGE })
        }
      />
      <Pager shown={page.items.length} next={page.next} total={page.total} noun="violations" />
    </>
  );
}

interface SharedProperties<Of> {
  readonly columns: readonly Column<Of>[];
  readonly rows: readonly Of[];
}

/** What the columns that are left out say of every row. */
function SharedValues<Of>({ columns, rows: [first] }: SharedProperties<Of>) {
  if (columns.length === 0 || first === undefined) {
    return null;
  }
  return (
    <dl class="shared" aria-label="The same in all rows">
      {columns.map((column) => (
        <div key={column.name}>
          <dt>{column.name}</dt>
          <dd>{column.cell(first)}</dd>
        </div>
      ))}
    </dl>
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
