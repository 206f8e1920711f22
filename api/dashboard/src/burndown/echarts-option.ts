/** The option object for ECharts: axes, lines, bands and markers. Labels are drawn elsewhere. */

import { DAY } from "../text/duration";
import type { ECharts } from "./echarts";
import { type Layout, MARK_SIZE } from "./layout";
import {
  type ChartData,
  type Corner,
  type CountedStep,
  type Line,
  lastCounted,
  lineCorners,
  lowerBoundRuns,
  pendingDeadline,
} from "./lines";
import { mergeReintroductions } from "./reintroductions";
import { position } from "./scale";
import { seriesColour } from "./series-colours";
import { seriesDash } from "./series-dashes";

type Option = Parameters<ECharts["setOption"]>[0];
type Series = Record<string, unknown>;

/** Height in pixels of the hatching above a lower bound, where the count may be higher. */
export const HATCH_HEIGHT = 20;
/** Widths of a line in pixels: where its counts are exact, where they are lower bounds, and after them. */
const EXACT_WIDTH = 2.25;
const BOUND_WIDTH = 1.25;
const SILENCE_WIDTH = 1;
/** The dashes of time without a snapshot, in pixels. */
export const SILENCE_DASH = [2, 4] as const;

/** Build the option for the whole chart. */
export function chartOption(data: ChartData, layout: Layout): Option {
  const { adoption } = layout;
  return {
    animation: false,
    useUTC: true,
    textStyle: { fontFamily: "inherit" },
    grid: [
      gridFor(layout, layout.counts),
      ...(adoption === null ? [] : [gridFor(layout, adoption.scale)]),
    ],
    xAxis: [
      timeAxis(data, layout, 0, adoption === null),
      ...(adoption === null ? [] : [timeAxis(data, layout, 1, true)]),
    ],
    yAxis: [
      countAxis(layout.countTicks, 0),
      ...(adoption === null ? [] : [countAxis(adoption.ticks, 1)]),
    ],
    series: [
      futureArea(data),
      ...data.lines.flatMap((line) => [
        ...forecastBand(line, data, layout),
        ...lowerBoundHatches(line, layout),
        ...lineSeries(line),
        ...silenceSeries(line),
        ...(adoption === null ? [] : adoptionSeries(line)),
      ]),
      ...data.lines.flatMap((line) => reintroductionMarks(line, layout)),
    ],
  } as Option;
}

function gridFor(layout: Layout, scale: { start: number; end: number }): Series {
  const { start, end } = layout.time;
  return {
    left: start,
    width: Math.max(1, end - start),
    top: scale.end,
    height: Math.max(1, scale.start - scale.end),
    outerBoundsMode: "none",
  };
}

const AXIS_LABEL = { color: "var(--muted)", fontSize: 12 };

function timeAxis(data: ChartData, layout: Layout, gridIndex: number, labelled: boolean): Series {
  const labels = new Map(layout.timeTicks.map(({ at, label }) => [at, label]));
  const customValues = [...labels.keys()];
  return {
    type: "time",
    gridIndex,
    min: data.from,
    max: data.to,
    axisLine: { lineStyle: { color: "var(--line-strong)" }, onZero: false },
    axisTick: { show: true, customValues, lineStyle: { color: "var(--line-strong)" } },
    axisLabel: {
      ...AXIS_LABEL,
      show: labelled,
      customValues,
      formatter: (at: number) => labels.get(at) ?? "",
    },
    splitLine: { show: false },
    axisPointer: { show: false },
  };
}

function countAxis(ticks: Layout["countTicks"], gridIndex: number): Series {
  return {
    type: "value",
    gridIndex,
    min: 0,
    max: ticks.maximum,
    interval: ticks.interval,
    axisLabel: { ...AXIS_LABEL, margin: 8 },
    axisLine: { show: false },
    splitLine: { lineStyle: { color: "var(--line)", width: 1 } },
  };
}

/** A line in its own dashes: thinner, below hatching, where its counts are lower bounds. */
function lineSeries(line: Line): Series[] {
  const exact = stroke(`exact-${line.contract.id}`, line, EXACT_WIDTH, lineCorners(line, "exact"));
  const bounds = lineCorners(line, "lower-bound");
  return bounds.every((corner) => corner === null)
    ? [exact]
    : [exact, stroke(`bound-${line.contract.id}`, line, BOUND_WIDTH, bounds)];
}

/** Time after the last snapshot: nothing was measured. */
function silenceSeries(line: Line): Series[] {
  const last = lastCounted(line);
  if (line.silence === null || last === null) {
    return [];
  }
  const corners: Corner[] = [
    [line.until, last.count],
    [line.silence.until, last.count],
  ];
  return [stroke(`silence-${line.contract.id}`, line, SILENCE_WIDTH, corners, SILENCE_DASH)];
}

function stroke(
  id: string,
  line: Line,
  width: number,
  corners: readonly Corner[],
  dash: readonly number[] = seriesDash(line),
): Series {
  const type = dash.length > 0 ? dash : "solid";
  return {
    type: "line",
    id,
    z: 4,
    symbol: "none",
    silent: true,
    clip: true,
    connectNulls: false,
    lineStyle: { color: seriesColour(line), width, type, join: "round" },
    data: toData(corners),
  };
}

function adoptionSeries(line: Line): Series[] {
  const steps = { ...line, steps: line.steps.map((step) => ({ ...step, lowerBound: false })) };
  const data = toData(lineCorners(steps, "exact", (step) => step.adoption));
  if (data.length === 0) {
    return [];
  }
  const color = seriesColour(line);
  return [
    {
      type: "line",
      id: `adoption-${line.contract.id}`,
      xAxisIndex: 1,
      yAxisIndex: 1,
      symbol: "none",
      silent: true,
      clip: true,
      lineStyle: { color, width: 2, type: seriesDash(line).length > 0 ? seriesDash(line) : "solid" },
      areaStyle: { color, opacity: 0.1 },
      data,
    },
  ];
}

function toData(corners: readonly Corner[]): unknown[] {
  return corners.map((corner) => corner ?? [null, null]);
}

/** The future, on another background, with the deadlines. */
function futureArea(data: ChartData): Series {
  const ahead = data.to > data.now;
  return {
    type: "line",
    id: "future",
    silent: true,
    data: [],
    markArea: {
      silent: true,
      itemStyle: { color: "var(--sunken)", opacity: 0.7 },
      data: ahead ? [[{ xAxis: data.now }, { xAxis: data.to }]] : [],
    },
    markLine: {
      silent: true,
      symbol: "none",
      label: { show: false },
      data: [
        ...(ahead
          ? [{ xAxis: data.now, lineStyle: { color: "var(--line-strong)", type: "solid", width: 1 } }]
          : []),
        ...data.lines.flatMap((line) => deadlineMarks(line, data)),
      ],
    },
  };
}

function deadlineMarks(line: Line, data: ChartData): Series[] {
  const date = pendingDeadline(line);
  if (date === null || Date.parse(date) > data.to || Date.parse(date) < data.from) {
    return [];
  }
  const style = { color: seriesColour(line), type: [2, 3], width: 1.5 };
  return [{ xAxis: Date.parse(date), lineStyle: style }];
}

/** The forecast: a band to the days between which the count reaches zero, and a dotted line to the likeliest. */
function forecastBand(line: Line, data: ChartData, layout: Layout): Series[] {
  const last = lastCounted(line);
  const forecast = line.forecast;
  if (last === null || forecast?.eta == null || data.to <= data.now) {
    return [];
  }
  const x = (date: string) => position(layout.time, Date.parse(date));
  const floor = layout.counts.start;
  const [now, top] = [position(layout.time, data.now), position(layout.counts, last.count)];
  const far = position(layout.time, data.to + 1000 * DAY);
  const wedge = [
    [now, top],
    [x(forecast.earliest ?? forecast.eta), floor],
    // Without a latest day the band does not end.
    ...(forecast.latest === null
      ? [
          [far, floor],
          [far, top],
        ]
      : [[x(forecast.latest), floor]]),
  ];
  const likely = [
    [now, top],
    [x(forecast.eta), floor],
  ];
  const color = seriesColour(line);
  return [
    pixelShape(
      `band-${line.contract.id}`,
      { type: "polygon", shape: { points: wedge } },
      { fill: color, opacity: 0.13 },
    ),
    pixelShape(
      `likely-${line.contract.id}`,
      { type: "polyline", shape: { points: likely } },
      { stroke: color, fill: "none", lineWidth: 2, lineDash: [1, 4], lineCap: "round" },
    ),
  ];
}

/** Hatching above the line where its counts are lower bounds. */
function lowerBoundHatches(line: Line, layout: Layout): Series[] {
  return lowerBoundRuns(line).map((run, index) => {
    const edge = stepOutline(run.steps, run.end, layout);
    const above = edge.map(([x, y]) => [x, y - HATCH_HEIGHT]).reverse();
    return pixelShape(
      `fringe-${line.contract.id}-${index}`,
      { type: "polygon", shape: { points: [...edge, ...above] } },
      { fill: hatchPattern(seriesColour(line)), opacity: 0.75 },
    );
  });
}

function stepOutline(steps: readonly CountedStep[], end: number, layout: Layout): [number, number][] {
  return steps.flatMap((step, index) => {
    const y = position(layout.counts, step.count);
    const next = steps[index + 1]?.at ?? end;
    return [
      [position(layout.time, step.at), y],
      [position(layout.time, next), y],
    ] as [number, number][];
  });
}

function hatchPattern(color: string): Series {
  const attrs = { d: "M-1 1l2-2M0 6l6-6M5 7l2-2", stroke: color, "stroke-width": 1 };
  return {
    svgElement: { tag: "path", attrs, key: `hatch-${color}` },
    svgWidth: 6,
    svgHeight: 6,
  };
}

/** A shape in pixels, clipped to the panel. */
function pixelShape(id: string, element: Series, style: Series): Series {
  return {
    type: "custom",
    id,
    silent: true,
    clip: true,
    z: 2,
    data: [[0, 0]],
    encode: { x: -1, y: -1 },
    renderItem: () => ({ ...element, style, silent: true }),
  };
}

/** Marks where violations came back. */
function reintroductionMarks(line: Line, layout: Layout): Series[] {
  const marks = mergeReintroductions(line, layout);
  if (marks.length === 0) {
    return [];
  }
  return [
    {
      type: "scatter",
      id: `back-${line.contract.id}`,
      silent: true,
      clip: false,
      z: 6,
      symbol: "path://M5 0L10 8H0Z",
      symbolSize: [MARK_SIZE, 9],
      symbolOffset: [0, -1],
      itemStyle: { color: "var(--growing)", borderColor: "var(--surface)", borderWidth: 1.5 },
      data: marks.map(({ at, value }) => [at, value]),
    },
  ];
}
