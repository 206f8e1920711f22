/** The contracts whose numbers differ between two snapshots. */

import type { ContractChange, ContractCounts } from "../api/types";
import { type Column, Table } from "../components/table";
import { formatChange, formatNumber } from "../text/format";
import { formatBound } from "./snapshot-totals";

export function ContractChanges({ changes }: { readonly changes: readonly ContractChange[] }) {
  if (changes.length === 0) {
    return <p class="muted empty">No contract’s numbers differ.</p>;
  }
  return <Table stacks caption="Contracts" columns={COLUMNS} rows={changes} keyOf={({ id }) => id} />;
}

const COLUMNS: readonly Column<ContractChange>[] = [
  {
    name: "Contract",
    cell: ({ name }) => (
      <b>
        <bdi>{name}</bdi>
      </b>
    ),
  },
  { name: "Verdict", cell: (change) => <Verdicts change={change} /> },
  {
    name: "Violations",
    align: "right",
    cell: (change) => (
      <Change
        change={change}
        of={(counts) => counts.violations}
        shown={(counts) => formatBound(counts.violations, counts.lower_bound)}
        better="fewer"
      />
    ),
  },
  {
    name: "Exposure",
    align: "right",
    cell: (change) => <Change change={change} of={(counts) => counts.exposure} better="fewer" />,
  },
  {
    name: "Adoption",
    align: "right",
    cell: (change) => <Change change={change} of={(counts) => counts.adoption} better="more" />,
  },
];

function Verdicts({ change: { before, after, unjudged } }: { readonly change: ContractChange }) {
  if (unjudged) {
    return before === null ? `no verdict → ${verdict(after)}` : `${verdict(before)} → no verdict`;
  }
  if (before === null) {
    return `new, ${verdict(after)}`;
  }
  if (after === null) {
    return before.violations > 0
      ? `removed, with ${formatBound(before.violations, before.lower_bound)} open`
      : "removed";
  }
  return verdict(before) === verdict(after) ? (
    verdict(after)
  ) : (
    <>
      {verdict(before)} →{" "}
      <b class={!after.kept ? "worse" : after.lower_bound ? undefined : "better"}>{verdict(after)}</b>
    </>
  );
}

function verdict(counts: ContractCounts | null): string {
  return counts?.kept ? (counts.lower_bound ? "not certain" : "kept") : "broken";
}

interface ChangeProperties {
  readonly change: ContractChange;
  readonly of: (counts: ContractCounts) => number | null;
  readonly shown?: (counts: ContractCounts) => string;
  readonly better: "fewer" | "more";
}

function Change({ change: { before, after }, of, shown, better }: ChangeProperties) {
  const text = (counts: ContractCounts) => shown?.(counts) ?? formatNumber(of(counts) ?? 0);
  const [old, now] = [before && of(before), after && of(after)];
  if (old === null && now === null) {
    return <span class="muted">–</span>;
  }
  const difference = old === null || now === null ? null : now - old;
  const good = difference !== null && (better === "fewer" ? difference < 0 : difference > 0);
  return (
    <span class="nowrap">
      {before !== null && old !== null && difference !== 0 && `${text(before)} → `}
      {after !== null && now !== null ? text(after) : "–"}
      {difference !== null && difference !== 0 && (
        <b class={good ? "better" : "worse"}> {formatChange(difference)}</b>
      )}
    </span>
  );
}
