/** The parts of ECharts that the burn-down needs; only imported dynamically, as a chunk of its own. */

import { CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, MarkAreaComponent, MarkLineComponent } from "echarts/components";
import { type ECharts, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([
  CustomChart,
  GridComponent,
  LineChart,
  MarkAreaComponent,
  MarkLineComponent,
  ScatterChart,
  SVGRenderer,
]);

export type { ECharts };

/** Create an empty chart in an element. */
export function createChart(element: HTMLElement): ECharts {
  return init(element, null, { renderer: "svg" });
}
