/** A project: key figures, the burn-down of its contracts, and the remaining work. */

import { useEffect, useMemo, useState } from "preact/hooks";
import * as endpoints from "../api/endpoints";
import type { ProjectNow, Trend } from "../api/types";
import { type Answer, useAnswer, useAnswers } from "../api/use-answer";
import "../burndown/burndown.css";
import { Chart } from "../burndown/chart";
import { buildChartData, buildLine, type ChartData } from "../burndown/lines";
import {
  type Period,
  RANGES,
  selectedPeriod,
  selectedRange,
  selectRange,
  toIsoDate,
  zoomTo,
} from "../burndown/range";
import { SaveMenu } from "../burndown/save-menu";
import { loadECharts } from "../burndown/use-echarts";
import { Card } from "../components/card";
import { Commands } from "../components/commands";
import { CommitName } from "../components/names";
import { Failure, Loaded, Loading, Notice } from "../components/notice";
import { PageTitle } from "../components/page-title";
import { SegmentedControl } from "../components/segmented-control";
import { CommitChanges } from "../project/commit-changes";
import { ContractTable } from "../project/contract-table";
import { KeyFigures } from "../project/key-figures";
import { NextToClose, Oldest, RemainingWork, ThisWeek } from "../project/remaining-work";
import "../project/project.css";
import { areSealed, Sealed } from "../project/sealed";
import {
  findContract,
  liveContracts,
  MAX_LINES,
  type VisibleContract,
  visibleContracts,
} from "../project/visible-contracts";
import { branch, type ParametersOf, query, setQuery } from "../router";
import { session } from "../session";
import { DAY } from "../text/duration";
import { formatAge, pluralize } from "../text/format";

export default function Project({ project }: ParametersOf<"project">) {
  const answer = useAnswer(endpoints.project(project, { branch: branch.value }));
  useEffect(() => void loadECharts(), []);
  if (answer.state === "failed") {
    return answer.problem.status === 404 && session.value && branch.value === null ? (
      <MissingProject project={project} />
    ) : (
      <Failure problem={answer.problem} retry={answer.retry} />
    );
  }
  return answer.value === null ? (
    <LoadingProject project={project} />
  ) : answer.value.contracts.length === 0 ? (
    <EmptyProject project={project} />
  ) : (
    <Overview project={answer.value} />
  );
}

function LoadingProject({ project }: { readonly project: string }) {
  return (
    <>
      <PageTitle title={project} about=" " />
      <Card title="Burn-down">
        <Loading lines={12} />
      </Card>
    </>
  );
}

function MissingProject({ project }: { readonly project: string }) {
  return (
    <>
      <PageTitle title={project} />
      <Card title="There is no such project yet, or it is not yours to see">
        <p class="about">A project is made by the first snapshot that is sent to it:</p>
        <Commands project={project} />
      </Card>
    </>
  );
}

function EmptyProject({ project }: { readonly project: string }) {
  return (
    <>
      <PageTitle title={project} />
      <Card title="Nothing to draw yet">
        <p class="about">No snapshot on this branch has a contract. Three commands fill the project:</p>
        <Commands project={project} />
      </Card>
    </>
  );
}

function Overview({ project }: { readonly project: ProjectNow }) {
  const [now] = useState(Date.now);
  const selected = findContract(project.contracts, query.value.get("contract"))?.contract.id ?? null;
  const period = selectedPeriod(now);
  const charted = useMemo(
    () => [...visibleContracts(project.contracts, null), ...selectedBeyondDefault(project, selected)],
    [project, selected],
  );
  const trends = useAnswers(
    charted.map(({ contract }) =>
      endpoints.trend(project.name, {
        contract: contract.id,
        branch: branch.value,
        ...periodQuery(period),
      }),
    ),
  );
  const uncharted = useMemo(
    () => project.contracts.filter(({ contract }) => !charted.some((one) => one.contract === contract)),
    [project, charted],
  );
  const others = useAnswers(
    uncharted.map(({ contract }) =>
      endpoints.trend(project.name, {
        contract: contract.id,
        branch: branch.value,
        points: FEWEST_POINTS,
      }),
    ),
  );
  const byContract = useMemo(
    () =>
      new Map(
        [trends, others]
          .flatMap((answer) => (answer.state === "failed" ? [] : (answer.value ?? [])))
          .map((trend) => [trend.contract, trend]),
      ),
    [trends, others],
  );
  const week = toIsoDate(now - 7 * DAY);
  const select = (contract: string | null) => setQuery({ contract });
  return (
    <>
      <PageTitle title={project.name} about={<Subtitle project={project} />} />
      <KeyFigures project={project} trends={byContract} week={week} />
      <BurnDown project={project} selected={selected} period={period} now={now} trends={trends} />
      <Card title="Contracts" actions={selected !== null && <ShowAll onSelect={select} />}>
        <ContractTable
          contracts={project.contracts}
          trends={byContract}
          selected={selected}
          onSelect={select}
        />
      </Card>
      {areSealed(project, selected) ? (
        <Sealed project={project} selected={selected} trends={byContract} />
      ) : (
        <div class="halves">
          <RemainingWork project={project.name} contract={selected} />
          <NextToClose project={project.name} contract={selected} />
          <Oldest project={project.name} contract={selected} />
          <ThisWeek project={project.name} contract={selected} since={week} />
        </div>
      )}
    </>
  );
}

function ShowAll({ onSelect }: { readonly onSelect: (contract: null) => void }) {
  return (
    <button type="button" onClick={() => onSelect(null)}>
      Show all contracts
    </button>
  );
}

/** Return the selected contract unless it is visible by default. */
function selectedBeyondDefault(
  project: ProjectNow,
  selected: string | null,
): readonly VisibleContract[] {
  const byDefault = visibleContracts(project.contracts, null);
  return selected === null || byDefault.some(({ contract }) => contract.id === selected)
    ? []
    : visibleContracts(project.contracts, selected);
}

function periodQuery({ since, until }: Period) {
  return {
    since: since === null ? null : new Date(since).toISOString().replace(/\.\d+/, ""),
    until: until === null ? null : new Date(until).toISOString().replace(/\.\d+/, ""),
  };
}

function Subtitle({ project }: { readonly project: ProjectNow }) {
  const at = project.contracts[0]?.at;
  return (
    <>
      {at === undefined ? project.default_branch : project.contracts[0]?.branch} ·{" "}
      {pluralize(project.snapshots, "snapshot")}
      {at !== undefined && (
        <>
          {" · "}
          <CommitName project={project.name} commit={at.commit} />, {formatAge(at.committed_at)}
        </>
      )}
    </>
  );
}

/** The table needs the peak and the forecast of a contract that is not drawn, and no point. */
const FEWEST_POINTS = 10;

interface BurnDownProperties {
  readonly project: ProjectNow;
  readonly selected: string | null;
  readonly period: Period;
  readonly now: number;
  readonly trends: Answer<readonly Trend[]>;
}

function BurnDown({ project, selected, period, now, trends }: BurnDownProperties) {
  const range = selectedRange();
  const at = query.value.get("at");
  const { since, until } = period;
  const values = trends.state === "failed" ? null : trends.value;
  const data = useMemo(
    () => (values === null ? null : chartDataOf(project, selected, values, { since, until }, now)),
    [project, selected, values, since, until, now],
  );
  return (
    <Card
      title="Burn-down"
      about={selected === null ? describeUndrawn(project) : undefined}
      actions={
        <>
          {range === null && (
            <button type="button" class="small" onClick={() => selectRange("all")}>
              Zoom out
            </button>
          )}
          <SegmentedControl label="Range" options={RANGES} chosen={range} onChoose={selectRange} />
          <SaveMenu project={project} data={data} range={range} />
        </>
      }
    >
      <div class="chart-room">
        <Loaded answer={trends} lines={12}>
          {() => data !== null && <ChartOrNotice data={data} selected={selected} at={at} />}
        </Loaded>
      </div>
      {at !== null && <CommitChanges project={project.name} commit={at} />}
    </Card>
  );
}

/** Return a sentence about the contracts that the chart does not draw; undefined if it draws all. */
function describeUndrawn(project: ProjectNow): string | undefined {
  const live = liveContracts(project).length;
  return live <= MAX_LINES
    ? undefined
    : `The ${MAX_LINES} contracts with the most violations, of ${live}; choose another one below to see its line.`;
}

/** Build what the chart shows of the selected contract, or of those that are shown by default. */
function chartDataOf(
  project: ProjectNow,
  selected: string | null,
  trends: readonly Trend[],
  period: Period,
  now: number,
): ChartData {
  const lines = visibleContracts(project.contracts, selected).flatMap(({ contract, colourIndex }) => {
    const trend = trends.find((candidate) => candidate.contract === contract.id);
    return trend === undefined ? [] : [buildLine(contract, colourIndex, trend, period, now)];
  });
  return buildChartData(lines, period, now);
}

interface ChartProperties {
  readonly data: ChartData;
  readonly selected: string | null;
  readonly at: string | null;
}

function ChartOrNotice({ data, selected, at }: ChartProperties) {
  if (data.lines.every((line) => line.steps.length === 0)) {
    return (
      <Notice title="Nothing in this stretch of time">
        <p>No snapshot was made in it.</p>
      </Notice>
    );
  }
  return (
    <Chart
      data={data}
      selected={at}
      onSelect={(commit) => setQuery({ at: commit })}
      onZoom={zoomTo}
      onPickContract={(contract) => setQuery({ contract: selected === contract ? null : contract })}
    />
  );
}
