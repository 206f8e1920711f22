/** Who did what: the newest entries of the audit log, older ones on demand, and all as a file. */

import { useState } from "preact/hooks";
import { get } from "../api/client";
import * as endpoints from "../api/endpoints";
import type { AuditEntry, Page } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Card } from "../components/card";
import { Loaded } from "../components/notice";
import { type Column, Table } from "../components/table";
import { PREFIX } from "../path-prefix";
import { queryString } from "../router";
import { formatAge, formatTime } from "../text/format";
import { SaveResult } from "./save-result";
import { useSave } from "./use-save";

const LIMIT = 20;

interface Properties {
  /** The project, or null for all projects that the user administers. */
  readonly project: string | null;
}

export function AuditLog({ project }: Properties) {
  const answer = useAnswer(endpoints.audit({ project, limit: LIMIT }));
  return (
    <Card title="Audit log" about="Who changed what. Nobody can change or delete an entry.">
      <Loaded answer={answer} lines={6}>
        {(first) => <Entries project={project} first={first} />}
      </Loaded>
    </Card>
  );
}

function Entries({ project, first }: Properties & { readonly first: Page<AuditEntry> }) {
  const [entries, setEntries] = useState(first.items);
  const [next, setNext] = useState(first.next);
  const older = useSave<Page<AuditEntry>>();
  const loadOlder = () =>
    older.send(
      get(endpoints.audit({ project, limit: LIMIT, after: next })).then((result) => {
        if (result.ok) {
          setEntries([...entries, ...result.value.items]);
          setNext(result.value.next);
        }
        return result;
      }),
    );
  if (entries.length === 0) {
    return <p class="muted">Nothing was changed yet.</p>;
  }
  return (
    <div class="stack">
      <Table
        stacks
        caption="Audit log"
        columns={columnsOf(project)}
        rows={entries}
        keyOf={({ id }) => String(id)}
      />
      <SaveResult problem={older.problem} done={null} />
      <span class="card-actions">
        {next !== null && (
          <button type="button" disabled={older.isBusy} onClick={loadOlder}>
            Show older
          </button>
        )}
        {["csv", "ndjson"].map((format) => (
          <a key={format} download href={`${PREFIX}/api/v1/audit${queryString({ project, format })}`}>
            All as {format.toUpperCase()}
          </a>
        ))}
      </span>
    </div>
  );
}

function columnsOf(project: string | null): readonly Column<AuditEntry>[] {
  const ofAll: readonly Column<AuditEntry>[] =
    project === null
      ? [
          {
            name: "Project",
            cell: (entry) => entry.project ?? <span class="muted">every project</span>,
          },
        ]
      : [];
  return [
    {
      name: "When",
      cell: ({ at }) => <span title={formatTime(at)}>{formatAge(at)}</span>,
    },
    { name: "What", cell: ({ action }) => action.replaceAll("-", " ") },
    {
      name: "Of",
      cell: ({ subject }) => (subject === null ? <span class="muted">–</span> : <code>{subject}</code>),
    },
    ...ofAll,
    {
      name: "By",
      cell: ({ actor }) =>
        actor === null ? <span class="muted">the operator</span> : <code>agp_{actor}_…</code>,
    },
  ];
}
