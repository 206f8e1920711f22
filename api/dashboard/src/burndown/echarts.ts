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

/** Return a chart as SVG; nothing is shown. */
export function drawSvg(
  option: Parameters<ECharts["setOption"]>[0],
  width: number,
  height: number,
): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  chart.setOption(option);
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
