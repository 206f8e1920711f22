/** What is in the way, in the words of the plan, with the imports that wait for it. */

import type { BlockedImport, BlockedReason } from "../api/types";
import { Card } from "../components/card";
import { ExpandableList } from "../components/expandable-list";
import { ImportName } from "../components/names";
import { SourceLocation } from "../components/source-location";
import type { SourceLink } from "../text/forge";
import { formatNumber, pluralize } from "../text/format";

interface Properties {
  readonly project: string;
  readonly reasons: readonly BlockedReason[];
  readonly linkTo: SourceLink;
}

export function Blocked({ project, reasons, linkTo }: Properties) {
  const open = reasons.filter(({ imports }) => imports.length > 0);
  const gone = reasons.length - open.length;
  return (
    <Card
      title={`Blocked: ${formatNumber(open.reduce((sum, { imports }) => sum + imports.length, 0))}`}
      about="What is in the way, with most imports first. Mend it, then plan again."
    >
      {open.length === 0 ? (
        <p class="muted">Nothing is in the way any more.</p>
      ) : (
        <ExpandableList
          class="rows reasons"
          items={open}
          keyOf={({ code, reason }) => `${code} ${reason}`}
        >
          {(reason) => <Reason project={project} reason={reason} linkTo={linkTo} />}
        </ExpandableList>
      )}
      {gone > 0 && open.length > 0 && (
        <p class="muted small">{pluralize(gone, "more reason")} of the plan: out of the way.</p>
      )}
    </Card>
  );
}

function Reason({
  project,
  reason,
  linkTo,
}: {
  readonly project: string;
  readonly reason: BlockedReason;
  readonly linkTo: SourceLink;
}) {
  return (
    <div class="reason">
      <p>
        <bdi>{reason.reason || reason.code}</bdi> <span class="tag quiet">{reason.code}</span>
      </p>
      <details class="small">
        <summary>{pluralize(reason.imports.length, "import")}</summary>
        <ExpandableList
          class="reason-imports"
          items={reason.imports}
          initial={50}
          keyOf={({ contract, importer, imported }) => `${contract} ${importer} ${imported}`}
        >
          {(one) => <Waiting project={project} waiting={one} linkTo={linkTo} />}
        </ExpandableList>
      </details>
    </div>
  );
}

function Waiting({
  project,
  waiting,
  linkTo,
}: {
  readonly project: string;
  readonly waiting: BlockedImport;
  readonly linkTo: SourceLink;
}) {
  return (
    <>
      <ImportName project={project} importer={waiting.importer} imported={waiting.imported} />{" "}
      {waiting.path !== "" && (
        <SourceLocation at={{ ...waiting, kind: "top-level", names: [] }} linkTo={linkTo} />
      )}
      {waiting.leaves_with !== null && (
        <span class="tag quiet">
          own test of <bdi>{waiting.leaves_with}</bdi>, leaves with it
        </span>
      )}
    </>
  );
}
