/** What a pull request adds and removes, violation by violation, with the lines. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Cause, PullRequestDetails, Snapshot, ViolationThen } from "../api/types";
import { Card } from "../components/card";
import { ExpandableList, ShowMore } from "../components/expandable-list";
import { ImportedName, ImportName, ModuleName } from "../components/names";
import { type Column, Table } from "../components/table";
import { contractNames } from "../snapshots/snapshot-totals";
import { createSourceLink, type SourceLink } from "../text/forge";
import { formatNumber, pluralize } from "../text/format";
import { type ColumnContext, Ghost } from "../violations/columns";
import { SourceLine, SourceLines } from "./source-lines";

interface Properties {
  readonly project: string;
  readonly pull: PullRequestDetails;
  readonly head: Snapshot;
  readonly base: Snapshot;
  readonly template: string | null;
}

export function PullChanges({ project, pull, head, base, template }: Properties) {
  const names = new Map([...contractNames(base), ...contractNames(head)]);
  const atHead = { project, names, linkTo: createSourceLink(template, head) };
  const atBase = { project, names, linkTo: createSourceLink(template, base) };
  const { causes, added, fixed, dropped, unknown, added_contracts } = pull;
  return (
    <>
      {causes !== null && causes.length > 0 && (
        <Causes project={project} causes={causes} linkTo={atHead.linkTo} />
      )}
      <Part title="New" violations={added ?? []} context={atHead} always>
        None: this change adds no violation.
      </Part>
      <Part title="Fixed" violations={fixed ?? []} context={atBase} always>
        None.
      </Part>
      <Part
        title="No longer counted"
        about="The imports are still there: an exception or a change of the contracts covers them."
        violations={dropped ?? []}
        context={atBase}
      />
      <Part
        title="Unknown"
        about="The importer could not be read in one of the two snapshots: neither new nor fixed."
        violations={unknown ?? []}
        context={atHead}
      />
      {added_contracts.length > 0 && (
        <Card
          title={`Added contracts: ${formatNumber(added_contracts.length)}`}
          about="The base does not have them, so none of their violations is new."
        >
          <ExpandableList items={added_contracts} keyOf={({ id }) => id}>
            {({ name, violations }) => (
              <>
                <bdi>{name}</bdi> <span class="muted">{pluralize(violations, "violation")}</span>
              </>
            )}
          </ExpandableList>
        </Card>
      )}
    </>
  );
}

interface PartProperties {
  readonly title: string;
  readonly about?: string;
  readonly violations: readonly ViolationThen[];
  readonly context: ColumnContext;
  /** Show it without violations, too. */
  readonly always?: boolean;
  /** What is shown without violations. */
  readonly children?: ComponentChildren;
}

const FIRST = 50;
const MORE = 200;

function Part({ title, about, violations, context, always = false, children }: PartProperties) {
  const [shown, setShown] = useState(FIRST);
  if (violations.length === 0 && !always) {
    return null;
  }
  return (
    <Card
      title={`${title}: ${formatNumber(violations.length)}`}
      {...(about === undefined ? {} : { about })}
    >
      {violations.length === 0 ? (
        <p class="muted">{children}</p>
      ) : (
        <Table
          stacks
          dense
          caption={title}
          columns={buildColumns(context)}
          rows={violations.slice(0, shown)}
          keyOf={(row) => `${row.contract} ${row.importer} ${row.imported}`}
        />
      )}
      <ShowMore remaining={violations.length - shown} onMore={() => setShown(shown + MORE)} />
    </Card>
  );
}

function buildColumns({ project, linkTo, names }: ColumnContext): readonly Column<ViolationThen>[] {
  return [
    {
      name: "Importer",
      cell: (row) => <ModuleName project={project} module={row.importer} />,
    },
    {
      name: "Imports",
      cell: (row) => (
        <>
          <ImportedName project={project} importer={row.importer} imported={row.imported} />{" "}
          {row.ghost && <Ghost />}
          {row.replacement !== null && (
            <span class="instead">
              <span class="muted">use </span>
              <ModuleName project={project} module={row.replacement} />
            </span>
          )}
        </>
      ),
    },
    { name: "Lines", cell: (row) => <SourceLines lines={row.occurrences} linkTo={linkTo} /> },
    { name: "Contract", cell: (row) => <bdi>{names.get(row.contract) ?? row.contract}</bdi> },
  ];
}

interface CausesProperties {
  readonly project: string;
  readonly causes: readonly Cause[];
  readonly linkTo: SourceLink;
}

function Causes({ project, causes, linkTo }: CausesProperties) {
  return (
    <Card
      title={`Causes: ${formatNumber(causes.length)}`}
      about="Without these imports of the change, new violations would not exist."
    >
      <ExpandableList
        class="imports"
        items={causes}
        keyOf={({ importer, imported, line }) => `${importer} ${imported} ${line}`}
      >
        {({ importer, imported, path, line, violations }) => (
          <>
            <ImportName project={project} importer={importer} imported={imported} />{" "}
            <SourceLine path={path} line={line} linkTo={linkTo} />{" "}
            <span class="muted">makes {pluralize(violations, "violation")}</span>
          </>
        )}
      </ExpandableList>
    </Card>
  );
}
