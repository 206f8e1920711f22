/** The table of contracts: state, count and forecast of each; a click selects one. */

import type { ContractNow, Forecast, Trend } from "../api/types";
import { SeriesKey } from "../burndown/series-key";
import { BreakableName } from "../components/names";
import { StateBadge } from "../components/state-badge";
import { type Column, Table } from "../components/table";
import { formatDate, formatNumber } from "../text/format";

interface Row {
  readonly now: ContractNow;
  readonly colourIndex: number;
  readonly trend: Trend | null;
}

interface Properties {
  readonly contracts: readonly ContractNow[];
  /** Trends by contract, as far as they are loaded. */
  readonly trends: ReadonlyMap<string, Trend>;
  readonly selected: string | null;
  readonly onSelect: (contract: string | null) => void;
}

export function ContractTable({ contracts, trends, selected, onSelect }: Properties) {
  const rows = contracts.map((now, colourIndex) => ({
    now,
    colourIndex,
    trend: trends.get(now.contract.id) ?? null,
  }));
  const columns: readonly Column<Row>[] = [
    { name: "Contract", cell: (row) => <Name row={row} selected={selected} onSelect={onSelect} /> },
    {
      name: "State",
      width: "7.75rem",
      cell: ({ now }) => <StateBadge state={now.state} />,
    },
    { name: "Now", width: "5.5rem", align: "right", cell: (row) => <Count row={row} /> },
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
  selected,
  onSelect,
}: {
  readonly row: Row;
  readonly selected: string | null;
  readonly onSelect: Properties["onSelect"];
}) {
  const { contract, sentence } = row.now;
  const { id, name } = contract;
  return (
    <div class="contract-name">
      <SeriesKey colourIndex={row.colourIndex} />
      <div>
        <button
          type="button"
          class="as-link"
          aria-pressed={selected === id}
          onClick={() => onSelect(selected === id ? null : id)}
        >
          <BreakableName name={name} />
        </button>
        <p class="muted small">{sentence}</p>
      </div>
    </div>
  );
}

function Count({ row: { now, trend } }: { readonly row: Row }) {
  const { contract, unread, retired } = now;
  if (retired !== null) {
    return (
      <span class="muted nowrap" title={`when it was removed, on ${formatDate(retired.at)}`}>
        {formatNumber(retired.open)} open then
      </span>
    );
  }
  if (contract.unjudged) {
    return <span class="muted">no verdict</span>;
  }
  const last = trend?.points.at(-1);
  const unknown = last?.unknown ?? 0;
  const allowed = last?.allowed ?? 0;
  return (
    <>
      <b title={contract.lower_bound ? `${unread} files could not be read: it may be more.` : undefined}>
        {contract.lower_bound && "≥ "}
        {formatNumber(contract.violations)}
      </b>
      {unknown > 0 && (
        <p class="muted small" title="They were there before, and their files could not be read.">
          {formatNumber(unknown)} unknown
        </p>
      )}
      {allowed > 0 && (
        <p class="muted small nowrap" title="Exceptions cover them: without, they would count.">
          and {formatNumber(allowed)} allowed
        </p>
      )}
    </>
  );
}

function Owner({ name }: { readonly name: string | null }) {
  return name === null ? <span class="muted">nobody</span> : <span class="owner">{name}</span>;
}

function Peak({ trend }: { readonly trend: Trend }) {
  const highest = trend.summary?.highest;
  return (
    highest && <span title={formatDate(highest.committed_at)}>{formatNumber(highest.violations)}</span>
  );
}

function Zero({ forecast }: { readonly forecast: Forecast }) {
  if (forecast.eta === null) {
    return <span class="muted">{forecast.state === "sealed" ? "reached" : "no date"}</span>;
  }
  const latest = forecast.latest === null ? "open end" : formatDate(forecast.latest);
  return (
    <>
      <span class="nowrap">{formatDate(forecast.eta)}</span>
      <p class="muted small nowrap">
        {forecast.earliest !== null && formatDate(forecast.earliest)} – {latest}
      </p>
    </>
  );
}

function Deadline({ row: { now, trend } }: { readonly row: Row }) {
  const { deadline } = now.contract;
  const violations = now.contract.unjudged ? 0 : now.contract.violations;
  if (deadline === null || now.retired !== null) {
    return <span class="muted">none</span>;
  }
  const eta = trend?.forecast?.eta ?? null;
  const needed = trend?.forecast?.needed_per_week ?? null;
  const late = violations > 0 && (eta === null || eta > deadline);
  return (
    <>
      <span class={late ? "worse nowrap" : "nowrap"}>{formatDate(deadline)}</span>
      {violations > 0 && needed !== null && (
        <p class="muted small nowrap">
          needs {needed < 10 ? needed.toFixed(1) : formatNumber(Math.round(needed))} a week
        </p>
      )}
    </>
  );
}
