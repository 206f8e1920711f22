/** The key figures of a project, over all its contracts. */

import * as endpoints from "../api/endpoints";
import type { Counted, ProjectNow, Trend } from "../api/types";
import { type Answer, useAnswer } from "../api/use-answer";
import { Link } from "../components/link";
import { Stat, Stats } from "../components/stat";
import { unreadFilesPath } from "../components/unread-files";
import { branch } from "../router";
import { formatDate, formatNumber, pluralize } from "../text/format";
import { isSealed, liveContracts } from "./visible-contracts";

interface Properties {
  readonly project: ProjectNow;
  readonly trends: ReadonlyMap<string, Trend>;
  /** The date on which the week began. */
  readonly week: string;
}

export function KeyFigures({ project, trends, week }: Properties) {
  const contracts = liveContracts(project).map(({ contract }) => contract);
  const judged = contracts.filter(({ unjudged }) => !unjudged);
  const violations = judged.reduce((sum, contract) => sum + contract.violations, 0);
  const isLowerBound = judged.some((contract) => contract.lower_bound);
  const sealed = contracts.filter(isSealed).length;
  const unread = project.now?.unread ?? 0;
  const added = useAnswer(
    endpoints.openViolations(project.name, { introduced_since: week, branch: branch.value, limit: 1 }),
  );
  const fixed = useAnswer(
    endpoints.fixedViolations(project.name, { since: week, branch: branch.value, limit: 1 }),
  );
  return (
    <Stats>
      <Stat
        name="Violations"
        note={`in ${formatNumber(judged.filter((contract) => contract.violations > 0).length)} of ${pluralize(contracts.length, "contract")}`}
      >
        {isLowerBound && "≥ "}
        {judged.length === 0 && contracts.length > 0 ? "–" : formatNumber(violations)}
      </Stat>
      <Stat name="Came in" note="during 7 days, and still here">
        {totalOf(added)}
      </Stat>
      <Stat name="Fixed" note="during 7 days">
        {totalOf(fixed)}
      </Stat>
      <Stat name="Sealed" note={`of ${pluralize(contracts.length, "contract")}`}>
        {formatNumber(sealed)}
      </Stat>
      <AllAtZero project={project} trends={trends} />
      <Stat
        name="Files not read"
        note={unread === 0 ? "all were read" : <UnreadLink project={project} />}
      >
        {formatNumber(unread)}
      </Stat>
    </Stats>
  );
}

function UnreadLink({ project }: { readonly project: ProjectNow }) {
  const commit = project.contracts[0]?.at.commit ?? "";
  return <Link to={unreadFilesPath(project.name, commit)}>which, and why</Link>;
}

function totalOf(answer: Answer<Counted<unknown>>): string {
  return answer.state === "failed" || answer.value === null ? "–" : formatNumber(answer.value.total);
}

/** The day on which the last contract reaches zero, if every open contract has a forecast. */
function AllAtZero({ project, trends }: Omit<Properties, "week">) {
  const open = liveContracts(project)
    .map(({ contract }) => contract)
    .filter((contract) => !isSealed(contract));
  if (open.length === 0) {
    return <SealedSince trends={trends} />;
  }
  const dates = open.map((contract) => trends.get(contract.id)?.forecast?.eta ?? null);
  const undated = dates.filter((date) => date === null).length;
  const name = "All at zero";
  if (open.some((contract) => !trends.has(contract.id))) {
    return (
      <Stat name={name} note="by the forecast">
        –
      </Stat>
    );
  }
  return undated > 0 ? (
    <Stat name={name} note={`${pluralize(undated, "contract")} without a date`}>
      No date
    </Stat>
  ) : (
    <Stat name={name} note="by the forecast">
      {formatDate(
        dates
          .filter((date) => date !== null)
          .sort()
          .at(-1) ?? "",
      )}
    </Stat>
  );
}

/** The day since which every contract is at zero. */
function SealedSince({ trends }: Pick<Properties, "trends">) {
  const since = [...trends.values()].map((trend) => trend.summary?.sealed_since?.committed_at ?? null);
  const last = since
    .filter((moment) => moment !== null)
    .sort()
    .at(-1);
  return (
    <Stat name="All at zero" note="and held there since">
      {last === undefined ? "–" : formatDate(last)}
    </Stat>
  );
}
