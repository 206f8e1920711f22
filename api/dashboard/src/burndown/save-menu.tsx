/** The menu of the burn-down: its picture, its points, and a chart for a README. */

import { useState } from "preact/hooks";
import type { ProjectNow } from "../api/types";
import { CopyableText } from "../components/copy-button";
import { Menu } from "../components/menu";
import { branch } from "../router";
import { formatDate } from "../text/format";
import { saveFile } from "../text/save-file";
import { headingText } from "./layout";
import type { ChartData } from "./lines";
import { pointsCsv } from "./points-csv";
import { type RangeId, toIsoDate } from "./range";
import { readmeCharts } from "./readme-chart";
import { savePicture } from "./save-picture";

interface Properties {
  readonly project: ProjectNow;
  /** Null while it loads. */
  readonly data: ChartData | null;
  /** Null if the dates of a zoom are shown. */
  readonly range: RangeId | null;
}

export function SaveMenu({ project, data, range }: Properties) {
  return (
    <Menu label="Share">
      {(close) =>
        data === null || data.lines.every((line) => line.steps.length === 0) ? (
          <p>There is nothing to save.</p>
        ) : (
          <Choices project={project} data={data} range={range} close={close} />
        )
      }
    </Menu>
  );
}

interface ChoicesProperties extends Properties {
  readonly data: ChartData;
  readonly close: () => void;
}

function Choices({ project, data, range, close }: ChoicesProperties) {
  const [hasFailed, setHasFailed] = useState(false);
  const end = Math.min(data.to, data.now);
  const file = `${project.name}-burn-down-${toIsoDate(end)}`;
  const saveAsPng = async () => {
    const [from, to] = [data.from, end].map((at) => formatDate(new Date(at).toISOString()));
    const isSaved = await savePicture(data, {
      file: `${file}.png`,
      title: `${project.name} · Burn-down`,
      about: `${headingText(data)}, ${from} – ${to}`,
    });
    setHasFailed(!isSaved);
    if (isSaved) {
      close();
    }
  };
  const saveAsCsv = () => {
    saveFile(`${file}.csv`, new Blob([pointsCsv(data)], { type: "text/csv" }));
    close();
  };
  const contracts = data.lines.map((line) => line.contract);
  return (
    <>
      <div class="menu-buttons">
        <button type="button" onClick={saveAsPng}>
          Save as PNG
        </button>
        <button type="button" onClick={saveAsCsv}>
          Save as CSV
        </button>
      </div>
      {hasFailed && <p role="alert">This browser cannot draw the picture.</p>}
      <h3>SVG for a README</h3>
      <p class="about small">
        {contracts.length > 1 && "One chart for each contract. "}
        {range === null && "A chart ends now, so it shows all of the time and not these dates. "}
        {!project.public &&
          "The project is not public: to everybody without a token, a README among them, it says “unknown”."}
      </p>
      <CopyableText
        text={readmeCharts({
          project: project.name,
          contracts,
          branch: branch.value,
          range: range ?? "all",
        })}
        name="the Markdown of the charts"
      />
    </>
  );
}
