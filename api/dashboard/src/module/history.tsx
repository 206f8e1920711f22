/** The history of the violations that a module is part of, along the branch. */

import { useState } from "preact/hooks";
import * as endpoints from "../api/endpoints";
import type { Value } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Card } from "../components/card";
import { CommitName } from "../components/names";
import { Loaded } from "../components/notice";
import { branch } from "../router";
import { formatDate, formatNumber, pluralize } from "../text/format";

interface Properties {
  readonly project: string;
  readonly module: string;
}

export function History({ project, module }: Properties) {
  const answer = useAnswer(endpoints.history(project, module, { branch: branch.value }));
  return (
    <Card title="Its history" about="How many violations it had a part in, as importer or as imported.">
      <div class="history-room">
        <Loaded answer={answer} lines={5}>
          {({ points }) =>
            points.every((point) => point.violations === 0) ? (
              <p class="muted empty">None, at any commit that was sent.</p>
            ) : (
              <>
                <Chart points={points} />
                <HistoryTable project={project} points={points} />
              </>
            )
          }
        </Loaded>
      </div>
    </Card>
  );
}

const WIDTH = 1000;
const HEIGHT = 100;

function Chart({ points }: { readonly points: readonly Value[] }) {
  const [at, setAt] = useState<number | null>(null);
  const times = points.map((point) => Date.parse(point.committed_at));
  const [start, end] = [Math.min(...times), Math.max(...times)];
  const most = Math.max(...points.map((point) => point.violations));
  const x = (time: number) => ((time - start) / (end - start || 1)) * WIDTH;
  const y = (violations: number) => HEIGHT - (violations / most) * HEIGHT;
  const line = points
    .map(
      (point, index) =>
        `${index === 0 ? "M" : "H"}${x(times[index] ?? end)}${index === 0 ? " " : "V"}${y(point.violations)}`,
    )
    .join("");
  const shown = points[startOfCount(points, at ?? points.length - 1)];
  const move = (event: PointerEvent & { currentTarget: SVGSVGElement }) => {
    const box = event.currentTarget.getBoundingClientRect();
    const time = start + ((event.clientX - box.left) / box.width) * (end - start);
    setAt(
      Math.max(
        0,
        times.findLastIndex((at) => at <= time),
      ),
    );
  };
  const last = points.at(-1);
  return (
    <div class="history">
      <p class="history-now">
        <b>{pluralize(shown?.violations ?? 0, "violation")}</b>{" "}
        <span class="muted">since {formatDate(shown?.committed_at ?? "")}</span>
      </p>
      <div class="history-plot">
        <span class="history-most small muted">{formatNumber(most)}</span>
        <span class="history-zero small muted">0</span>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`From ${formatNumber(points[0]?.violations ?? 0)} to ${formatNumber(last?.violations ?? 0)}, at most ${formatNumber(most)}`}
          onPointerMove={move}
          onPointerLeave={() => setAt(null)}
        >
          <path class="area" d={`${line}V${HEIGHT}H0Z`} />
          <path class="stroke" d={line} />
          {at !== null && <path class="cursor" d={`M${x(times[at] ?? end)} 0V${HEIGHT}`} />}
        </svg>
      </div>
      <p class="history-ends small muted">
        <span>{formatDate(points[0]?.committed_at ?? "")}</span>
        <span>{formatDate(last?.committed_at ?? "")}</span>
      </p>
    </div>
  );
}

/** Return the point at which the count of another point began; the last point may change nothing. */
function startOfCount(points: readonly Value[], at: number): number {
  const same = (index: number) => points[index - 1]?.violations === points[index]?.violations;
  let since = at;
  while (since > 0 && same(since)) {
    since -= 1;
  }
  return since;
}

function HistoryTable({
  project,
  points,
}: {
  readonly project: string;
  readonly points: readonly Value[];
}) {
  return (
    <details>
      <summary class="muted small">As a table</summary>
      <table class="history-table">
        <thead>
          <tr>
            <th scope="col">Commit</th>
            <th scope="col">Committed</th>
            <th scope="col" class="figure">
              Violations
            </th>
          </tr>
        </thead>
        <tbody>
          {points.toReversed().map((point) => (
            <tr key={point.commit}>
              <td>
                <CommitName project={project} commit={point.commit} />
              </td>
              <td>{formatDate(point.committed_at)}</td>
              <td class="figure">{formatNumber(point.violations)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
