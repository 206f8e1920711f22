/** A project: the burn-down of its contracts, what is left, and who is next. */

import { useEffect, useMemo, useState } from "preact/hooks";
import * as endpoints from "../api/endpoints";
import type { ProjectNow, Trend } from "../api/types";
import { type Answer, useAnswer, useAnswers } from "../api/use-answer";
import "../burndown/burndown.css";
import { Chart } from "../burndown/chart";
import { buildChartData, buildLine } from "../burndown/lines";
import {
  DAY,
  type Period,
  RANGES,
  selectedPeriod,
  selectedRange,
  selectRange,
  toIsoDate,
  zoomTo,
} from "../burndown/range";
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
import { type VisibleContract, visibleContracts } from "../project/visible-contracts";
import { type ParametersOf, query, setQuery } from "../router";
import { token } from "../session";
import { formatAge, pluralize } from "../text/format";

export default function Project({ project }: ParametersOf<"project">) {
  const answer = useAnswer(endpoints.project(project));
  useEffect(() => void loadECharts(), []);
  if (answer.state === "failed") {
    return answer.problem.status === 404 && token.value !== null ? (
      <Absent project={project} />
    ) : (
      <Failure problem={answer.problem} retry={answer.retry} />
    );
  }
  return answer.value === null ? (
    <Waiting project={project} />
  ) : answer.value.contracts.length === 0 ? (
    <Empty project={project} />
  ) : (
    <Full found={answer.value} />
  );
}

function Waiting({ project }: { readonly project: string }) {
  return (
    <>
      <PageTitle title={project} about=" " />
      <Card title="Burn-down">
        <Loading lines={12} />
      </Card>
    </>
  );
}

function Absent({ project }: { readonly project: string }) {
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

function Empty({ project }: { readonly project: string }) {
  return (
    <>
      <PageTitle title={project} />
      <Card title="Nothing to draw yet">
        <p class="about">
          No snapshot on the default branch has a contract. Three commands fill the project:
        </p>
        <Commands project={project} />
      </Card>
    </>
  );
}

function Full({ found }: { readonly found: ProjectNow }) {
  const [now] = useState(Date.now);
  const named = query.value.get("contract");
  const picked = found.contracts.some(({ contract }) => contract.id === named) ? named : null;
  const stretch = selectedPeriod(now);
  const asked = useMemo(
    () => [...visibleContracts(found.contracts, null), ...extra(found, picked)],
    [found, picked],
  );
  const trends = useAnswers(
    asked.map(({ contract }) =>
      endpoints.trend(found.name, { contract: contract.id, ...windowOf(stretch) }),
    ),
  );
  const byContract = useMemo(
    () =>
      new Map(
        (trends.state === "failed" ? [] : (trends.value ?? [])).map((trend) => [trend.contract, trend]),
      ),
    [trends],
  );
  const week = toIsoDate(now - 7 * DAY);
  const pick = (contract: string | null) => setQuery({ contract });
  return (
    <>
      <PageTitle title={found.name} about={<Standing found={found} />} />
      <KeyFigures project={found} trends={byContract} week={week} />
      <BurnDown found={found} picked={picked} stretch={stretch} now={now} trends={trends} />
      <Card title="Contracts" actions={picked !== null && <ShowAll onPick={pick} />}>
        <ContractTable
          contracts={found.contracts}
          trends={byContract}
          selected={picked}
          onSelect={pick}
        />
      </Card>
      <div class="halves">
        <RemainingWork project={found.name} contract={picked} />
        <NextToClose project={found.name} contract={picked} />
        <Oldest project={found.name} contract={picked} />
        <ThisWeek project={found.name} contract={picked} since={week} />
      </div>
    </>
  );
}

function ShowAll({ onPick }: { readonly onPick: (contract: null) => void }) {
  return (
    <button type="button" onClick={() => onPick(null)}>
      Show all contracts
    </button>
  );
}

/** A contract that was picked and is not among those that are shown anyway. */
function extra(found: ProjectNow, picked: string | null): readonly VisibleContract[] {
  const usual = visibleContracts(found.contracts, null);
  return picked === null || usual.some(({ contract }) => contract.id === picked)
    ? []
    : visibleContracts(found.contracts, picked);
}

function windowOf({ since, until }: Period) {
  return {
    since: since === null ? null : new Date(since).toISOString().replace(/\.\d+/, ""),
    until: until === null ? null : new Date(until).toISOString().replace(/\.\d+/, ""),
  };
}

function Standing({ found }: { readonly found: ProjectNow }) {
  const at = found.contracts[0]?.at;
  return (
    <>
      {found.default_branch} · {pluralize(found.snapshots, "snapshot")}
      {at !== undefined && (
        <>
          {" · "}
          <CommitName project={found.name} commit={at.commit} />, {formatAge(at.committed_at)}
        </>
      )}
    </>
  );
}

interface BurnDownProperties {
  readonly found: ProjectNow;
  readonly picked: string | null;
  readonly stretch: Period;
  readonly now: number;
  readonly trends: Answer<readonly Trend[]>;
}

function BurnDown({ found, picked, stretch, now, trends }: BurnDownProperties) {
  const range = selectedRange();
  const at = query.value.get("at");
  return (
    <Card
      title="Burn-down"
      actions={
        <>
          {range === null && (
            <button type="button" class="small" onClick={() => selectRange("all")}>
              Zoom out
            </button>
          )}
          <SegmentedControl label="Range" options={RANGES} chosen={range} onChoose={selectRange} />
        </>
      }
    >
      <div class="chart-room">
        <Loaded answer={trends} lines={12}>
          {(values) => (
            <Drawn found={found} picked={picked} stretch={stretch} now={now} values={values} at={at} />
          )}
        </Loaded>
      </div>
      {at !== null && <CommitChanges project={found.name} commit={at} />}
    </Card>
  );
}

function Drawn({
  found,
  picked,
  stretch,
  now,
  values,
  at,
}: Omit<BurnDownProperties, "trends"> & {
  readonly values: readonly Trend[];
  readonly at: string | null;
}) {
  const { since, until } = stretch;
  const picture = useMemo(() => {
    const lines = visibleContracts(found.contracts, picked).flatMap(({ contract, colourIndex }) => {
      const trend = values.find((one) => one.contract === contract.id);
      return trend === undefined ? [] : [buildLine(contract, colourIndex, trend, { since, until }, now)];
    });
    return buildChartData(lines, { since, until }, now);
  }, [found, picked, values, since, until, now]);
  if (picture.lines.every((line) => line.steps.length === 0)) {
    return (
      <Notice title="Nothing in this stretch of time">
        <p>No snapshot was made in it.</p>
      </Notice>
    );
  }
  return (
    <Chart
      data={picture}
      selected={at}
      onSelect={(commit) => setQuery({ at: commit })}
      onZoom={zoomTo}
      onPick={(contract) => setQuery({ contract: picked === contract ? null : contract })}
    />
  );
}
