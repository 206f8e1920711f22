/** The contracts of a project: where each stands, where it is going, and the choice of one of them. */

import type { ContractNow, Forecast, Trend } from "../api/types";
import { hueOf } from "../burndown/series-colours";
import { StateBadge } from "../components/state-badge";
import { type Column, Table } from "../components/table";
import { count, day } from "../text/format";

interface Row {
  readonly now: ContractNow;
  readonly hue: number;
  readonly trend: Trend | null;
}

interface Properties {
  readonly contracts: readonly ContractNow[];
  /** As far as they were asked for, by contract. */
  readonly trends: ReadonlyMap<string, Trend>;
  readonly picked: string | null;
  readonly onPick: (contract: string | null) => void;
}

export function Contracts({ contracts, trends, picked, onPick }: Properties) {
  const rows = contracts.map((now, hue) => ({ now, hue, trend: trends.get(now.contract.id) ?? null }));
  const columns: readonly Column<Row>[] = [
    { name: "Contract", cell: (row) => <Name row={row} picked={picked} onPick={onPick} /> },
    {
      name: "State",
      width: "7.75rem",
      cell: ({ trend }) => trend?.forecast && <StateBadge state={trend.forecast.state} />,
    },
    { name: "Now", width: "4.5rem", align: "right", cell: ({ now }) => <Count now={now} /> },
    {
      name: "Peak",
      width: "4.5rem",
      align: "right",
      wide: true,
      cell: ({ trend }) => trend?.summary && <Peak trend={trend} />,
    },
    {
      name: "Zero around",
      width: "11.75rem",
      wide: true,
      cell: ({ trend }) => trend?.forecast && <Zero forecast={trend.forecast} />,
    },
    { name: "Deadline", width: "8.75rem", wide: true, cell: (row) => <Deadline row={row} /> },
    {
      name: "Owner",
      width: "10.25rem",
      wide: true,
      cell: ({ now }) => <Owner name={now.contract.owner} />,
    },
  ];
  return (
    <Table caption="Contracts" columns={columns} rows={rows} keyOf={(row) => row.now.contract.id} />
  );
}

function Name({
  row,
  picked,
  onPick,
}: {
  readonly row: Row;
  readonly picked: string | null;
  readonly onPick: Properties["onPick"];
}) {
  const { now, trend } = row;
  const { id, name } = now.contract;
  return (
    <div class="contract-name">
      <span class={`dot ${hueOf(row)}`} />
      <div>
        <button
          type="button"
          class="as-link"
          aria-pressed={picked === id}
          onClick={() => onPick(picked === id ? null : id)}
        >
          {name}
        </button>
        <p class="muted small reason">{trend?.forecast?.reason ?? " "}</p>
      </div>
    </div>
  );
}

function Count({ now: { contract, unread } }: { readonly now: ContractNow }) {
  return (
    <b title={contract.lower_bound ? `${unread} files could not be read: it may be more.` : undefined}>
      {contract.lower_bound && "≥ "}
      {count(contract.violations)}
    </b>
  );
}

function Owner({ name }: { readonly name: string | null }) {
  return name === null ? <span class="muted">nobody</span> : <span class="owner">{name}</span>;
}

function Peak({ trend }: { readonly trend: Trend }) {
  const highest = trend.summary?.highest;
  return highest && <span title={day(highest.committed_at)}>{count(highest.violations)}</span>;
}

function Zero({ forecast }: { readonly forecast: Forecast }) {
  if (forecast.eta === null) {
    return <span class="muted">{forecast.state === "sealed" ? "reached" : "no date"}</span>;
  }
  const latest = forecast.latest === null ? "open end" : day(forecast.latest);
  return (
    <>
      <span class="nowrap">{day(forecast.eta)}</span>
      <p class="muted small nowrap">
        {forecast.earliest !== null && day(forecast.earliest)} – {latest}
      </p>
    </>
  );
}

function Deadline({ row: { now, trend } }: { readonly row: Row }) {
  const { deadline, violations } = now.contract;
  if (deadline === null) {
    return <span class="muted">none</span>;
  }
  const eta = trend?.forecast?.eta ?? null;
  const needed = trend?.forecast?.needed_per_week ?? null;
  const late = violations > 0 && (eta === null || eta > deadline);
  return (
    <>
      <span class={late ? "worse nowrap" : "nowrap"}>{day(deadline)}</span>
      {violations > 0 && needed !== null && (
        <p class="muted small nowrap">
          needs {needed < 10 ? needed.toFixed(1) : count(Math.round(needed))} a week
        </p>
      )}
    </>
  );
}
