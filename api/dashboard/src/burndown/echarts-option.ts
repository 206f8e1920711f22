/** The option object for ECharts: axes, lines, bands and markers. Labels are drawn elsewhere. */

import { DAY } from "../text/duration";
import type { ECharts } from "./echarts";
import type { Layout } from "./layout";
import {
  type ChartData,
  type Corner,
  type Line,
  lineCorners,
  lowerBoundRuns,
  pendingDeadline,
  type Step,
  stepsWithPoint,
} from "./lines";
import { position } from "./scale";
import { seriesColour } from "./series-colours";

type Option = Parameters<ECharts["setOption"]>[0];
type Series = Record<string, unknown>;

/** Height in pixels of the hatching above a lower bound, where the count may be higher. */
export const HATCH_HEIGHT = 20;
/** Markers closer than this, in pixels, are merged. */
const MERGE_DISTANCE = 26;

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
  return {
    type: "time",
    gridIndex,
    min: data.from,
    max: data.to,
    splitNumber: layout.narrow ? 3 : 8,
    axisLine: { lineStyle: { color: "var(--line-strong)" }, onZero: false },
    axisTick: { show: labelled, lineStyle: { color: "var(--line-strong)" } },
    axisLabel: { ...AXIS_LABEL, show: labelled, hideOverlap: true, formatter: TIME_FORMATS },
    splitLine: { show: false },
    axisPointer: { show: false },
  };
}

/** Years where they begin, months or days in between. */
const TIME_FORMATS = {
  year: "{yyyy}",
  month: "{MMM}",
  day: "{d} {MMM}",
  hour: "{HH}:{mm}",
  minute: "{HH}:{mm}",
};

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

/** A line: solid where its counts are exact, dashed where they are lower bounds. */
function lineSeries(line: Line): Series[] {
  const common = {
    type: "line",
    symbol: "none",
    silent: true,
    clip: true,
    connectNulls: false,
    lineStyle: { color: seriesColour(line), width: 2.25, join: "round" },
  };
  const exact = {
    ...common,
    id: `exact-${line.contract.id}`,
    z: 4,
    data: toData(lineCorners(line, "exact")),
  };
  const bounds = lineCorners(line, "lower-bound");
  if (bounds.every((corner) => corner === null)) {
    return [exact];
  }
  const dashed = { ...common.lineStyle, type: [5, 4] };
  return [
    exact,
    { ...common, id: `bound-${line.contract.id}`, z: 4, lineStyle: dashed, data: toData(bounds) },
  ];
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
      lineStyle: { color, width: 2 },
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
  const last = line.steps.at(-1);
  const forecast = line.forecast;
  if (last === undefined || forecast?.eta == null || data.to <= data.now) {
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

function stepOutline(steps: readonly Step[], end: number, layout: Layout): [number, number][] {
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

/** Marks where violations came back, with their number if there is room. */
function reintroductionMarks(line: Line, layout: Layout): Series[] {
  const groups = mergeReintroductions(line, layout);
  if (groups.length === 0) {
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
      symbolSize: [11, 9],
      symbolOffset: [0, -1],
      itemStyle: { color: "var(--growing)", borderColor: "var(--surface)", borderWidth: 1.5 },
      labelLayout: { hideOverlap: true },
      label: {
        show: !layout.narrow,
        position: "top",
        distance: 4,
        color: "var(--growing)",
        fontSize: 11,
        fontWeight: 600,
        textBorderColor: "var(--surface)",
        textBorderWidth: 3,
        formatter: (item: { dataIndex: number }) => `${groups[item.dataIndex]?.count ?? 0} came back`,
      },
      data: groups.map((group) => [group.at, group.value]),
    },
  ];
}

/** Merge reintroductions whose marks would overlap. */
function mergeReintroductions(
  line: Line,
  layout: Layout,
): { at: number; value: number; count: number }[] {
  const groups: { at: number; value: number; count: number; x: number }[] = [];
  for (const step of stepsWithPoint(line)) {
    if (step.point.reintroduced > 0) {
      const x = position(layout.time, step.at);
      const last = groups.at(-1);
      if (last !== undefined && x - last.x < MERGE_DISTANCE) {
        last.count += step.point.reintroduced;
      } else {
        groups.push({ at: step.at, value: step.count, count: step.point.reintroduced, x });
      }
    }
  }
  return groups;
}
