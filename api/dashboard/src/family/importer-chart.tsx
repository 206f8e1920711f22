/** Importers by path over time: a small chart, and the numbers at the pointer in its key. */

import { useState } from "preact/hooks";
import type { FamilyDetails } from "../api/types";
import { seriesClass } from "../burndown/series-colours";
import { seriesDash } from "../burndown/series-dashes";
import { SeriesKey } from "../burndown/series-key";
import { Card } from "../components/card";
import { ModuleName } from "../components/names";
import { formatDate, formatNumber } from "../text/format";
import { buildImporterChart, drawSteps, findPoint, type ImporterChart } from "./importer-lines";

const WIDTH = 1000;
const HEIGHT = 160;

interface Properties {
  readonly project: string;
  readonly family: FamilyDetails;
}

export function ImporterCard({ project, family }: Properties) {
  const chart = buildImporterChart(family);
  return (
    <Card
      title="Importers by path"
      about="How many modules import a definition, by each name that leads to it. A module that uses two names counts twice."
    >
      {chart === null ? (
        <p class="muted">No importers were counted yet: uploads of earlier versions lack them.</p>
      ) : (
        <Chart project={project} chart={chart} />
      )}
    </Card>
  );
}

function Chart({ project, chart }: { readonly project: string; readonly chart: ImporterChart }) {
  const [at, setAt] = useState<number | null>(null);
  const { times, lines, maximum } = chart;
  const last = times.length - 1;
  const index = Math.min(at ?? last, last);
  const move = (event: PointerEvent & { currentTarget: SVGSVGElement }) => {
    const box = event.currentTarget.getBoundingClientRect();
    setAt(findPoint(times, (event.clientX - box.left) / (box.width || 1)));
  };
  const cursor =
    (((times[index] ?? 0) - (times[0] ?? 0)) / ((times[last] ?? 0) - (times[0] ?? 0) || 1)) * WIDTH;
  return (
    <div class="importers">
      <div class="importers-plot">
        <span class="importers-most small muted">{formatNumber(maximum)}</span>
        <span class="importers-zero small muted">0</span>
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label="Importers by path over time; the numbers are in the list below"
          onPointerMove={move}
          onPointerLeave={() => setAt(null)}
        >
          {lines.map((line) => (
            <path
              key={line.colourIndex}
              class={`importers-line ${seriesClass(line)}`}
              d={drawSteps(chart, line.values, WIDTH, HEIGHT)}
              stroke-dasharray={seriesDash(line).join(" ") || undefined}
            />
          ))}
          {at !== null && <path class="importers-cursor" d={`M${cursor} 0V${HEIGHT}`} />}
        </svg>
      </div>
      <p class="importers-ends small muted">
        <span>{formatDate(new Date(times[0] ?? 0).toISOString())}</span>
        <span>{formatDate(new Date(times[last] ?? 0).toISOString())}</span>
      </p>
      <table class="importers-key">
        <caption class="muted small">
          As of {formatDate(new Date(times[index] ?? 0).toISOString())}
        </caption>
        <thead class="unseen">
          <tr>
            <th scope="col">Path</th>
            <th scope="col">Importers</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.colourIndex}>
              <td>
                <SeriesKey colourIndex={line.colourIndex} />
                {line.of === null ? (
                  <span>all other paths</span>
                ) : (
                  <span>
                    <ModuleName project={project} module={line.of.path} />
                    {line.of.is_canonical && <span class="tag canonical">canonical</span>}
                    {line.of.path !== line.of.definition && (
                      <span class="small muted importers-target">
                        leads to <bdi>{line.of.definition.split(":").at(-1)}</bdi>
                      </span>
                    )}
                  </span>
                )}
              </td>
              <td class="figure">{formatNumber(line.values[index] ?? 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
