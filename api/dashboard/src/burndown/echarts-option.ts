/** The chart as ECharts draws it: axes, lines, bands and markers. Names are no part of it. */

import type { ECharts } from "./echarts";
import type { Layout } from "./layout";
import {
  corners,
  type Line,
  lowerBounds,
  openDeadline,
  type Picture,
  pointsOf,
  type Step,
} from "./lines";
import { DAY } from "./range";
import { position } from "./scale";
import { colourOf } from "./series-colours";

type Option = Parameters<ECharts["setOption"]>[0];
type Series = Record<string, unknown>;

/** How many pixels a lower bound is hatched above its line: the count may be more. */
export const FRINGE = 20;
/** Markers closer than this become one. */
const CLOSE = 26;

/** What ECharts is told. */
export function drawing(picture: Picture, layout: Layout): Option {
  const { adoption } = layout;
  return {
    animation: false,
    useUTC: true,
    textStyle: { fontFamily: "inherit" },
    grid: [
      gridOf(layout, layout.counts),
      ...(adoption === null ? [] : [gridOf(layout, adoption.scale)]),
    ],
    xAxis: [
      timeAxis(picture, layout, 0, adoption === null),
      ...(adoption === null ? [] : [timeAxis(picture, layout, 1, true)]),
    ],
    yAxis: [
      countAxis(layout.countTicks, 0),
      ...(adoption === null ? [] : [countAxis(adoption.ticks, 1)]),
    ],
    series: [
      future(picture),
      ...picture.lines.flatMap((line) => [
        ...band(line, picture, layout),
        ...fringes(line, layout),
        ...strokes(line),
        ...(adoption === null ? [] : adopted(line)),
      ]),
      ...picture.lines.flatMap((line) => reintroductions(line, layout)),
    ],
  } as Option;
}

function gridOf(layout: Layout, scale: { start: number; end: number }): Series {
  const { start, end } = layout.time;
  return {
    left: start,
    width: Math.max(1, end - start),
    top: scale.end,
    height: Math.max(1, scale.start - scale.end),
    outerBoundsMode: "none",
  };
}

const QUIET = { color: "var(--muted)", fontSize: 12 };

function timeAxis(picture: Picture, layout: Layout, gridIndex: number, labelled: boolean): Series {
  return {
    type: "time",
    gridIndex,
    min: picture.from,
    max: picture.to,
    splitNumber: layout.narrow ? 3 : 8,
    axisLine: { lineStyle: { color: "var(--line-strong)" }, onZero: false },
    axisTick: { show: labelled, lineStyle: { color: "var(--line-strong)" } },
    axisLabel: { ...QUIET, show: labelled, hideOverlap: true, formatter: TIMES },
    splitLine: { show: false },
    axisPointer: { show: false },
  };
}

/** Years stand out where they begin; in between, months or days. */
const TIMES = {
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
    max: ticks.most,
    interval: ticks.interval,
    axisLabel: { ...QUIET, margin: 8 },
    axisLine: { show: false },
    splitLine: { lineStyle: { color: "var(--line)", width: 1 } },
  };
}

/** A line, solid where its counts are exact and dashed where they are lower bounds. */
function strokes(line: Line): Series[] {
  const common = {
    type: "line",
    symbol: "none",
    silent: true,
    clip: true,
    connectNulls: false,
    lineStyle: { color: colourOf(line), width: 2.25, join: "round" },
  };
  const exact = {
    ...common,
    id: `exact-${line.contract.id}`,
    z: 4,
    data: broken(corners(line, "exact")),
  };
  const bounds = corners(line, "lower-bound");
  if (bounds.every((corner) => corner === null)) {
    return [exact];
  }
  const dashed = { ...common.lineStyle, type: [5, 4] };
  return [
    exact,
    { ...common, id: `bound-${line.contract.id}`, z: 4, lineStyle: dashed, data: broken(bounds) },
  ];
}

function adopted(line: Line): Series[] {
  const steps = { ...line, steps: line.steps.map((step) => ({ ...step, lowerBound: false })) };
  const data = broken(corners(steps, "exact", (step) => step.adoption));
  if (data.length === 0) {
    return [];
  }
  const color = colourOf(line);
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

function broken(found: ReturnType<typeof corners>): unknown[] {
  return found.map((corner) => corner ?? [null, null]);
}

/** What is still to come stands on another ground. */
function future(picture: Picture): Series {
  const ahead = picture.to > picture.now;
  return {
    type: "line",
    id: "future",
    silent: true,
    data: [],
    markArea: {
      silent: true,
      itemStyle: { color: "var(--sunken)", opacity: 0.7 },
      data: ahead ? [[{ xAxis: picture.now }, { xAxis: picture.to }]] : [],
    },
    markLine: {
      silent: true,
      symbol: "none",
      label: { show: false },
      data: [
        ...(ahead
          ? [{ xAxis: picture.now, lineStyle: { color: "var(--line-strong)", type: "solid", width: 1 } }]
          : []),
        ...picture.lines.flatMap((line) => deadline(line, picture)),
      ],
    },
  };
}

function deadline(line: Line, picture: Picture): Series[] {
  const date = openDeadline(line);
  if (date === null || Date.parse(date) > picture.to || Date.parse(date) < picture.from) {
    return [];
  }
  const style = { color: colourOf(line), type: [2, 3], width: 1.5 };
  return [{ xAxis: Date.parse(date), lineStyle: style }];
}

/** From the count now to the days between which it will be zero, and a dotted line to the likeliest. */
function band(line: Line, picture: Picture, layout: Layout): Series[] {
  const last = line.steps.at(-1);
  const forecast = line.forecast;
  if (last === undefined || forecast?.eta == null || picture.to <= picture.now) {
    return [];
  }
  const x = (date: string) => position(layout.time, Date.parse(date));
  const floor = layout.counts.start;
  const [now, top] = [position(layout.time, picture.now), position(layout.counts, last.count)];
  const far = position(layout.time, picture.to + 1000 * DAY);
  const wedge = [
    [now, top],
    [x(forecast.earliest ?? forecast.eta), floor],
    // Without a latest day, what was seen does not say that it ends at all.
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
  const color = colourOf(line);
  return [
    shape(
      `band-${line.contract.id}`,
      { type: "polygon", shape: { points: wedge } },
      { fill: color, opacity: 0.13 },
    ),
    shape(
      `likely-${line.contract.id}`,
      { type: "polyline", shape: { points: likely } },
      { stroke: color, fill: "none", lineWidth: 2, lineDash: [1, 4], lineCap: "round" },
    ),
  ];
}

/** A lower bound may be more: hatched above its line. */
function fringes(line: Line, layout: Layout): Series[] {
  return lowerBounds(line).map((run, index) => {
    const edge = outline(run.steps, run.end, layout);
    const above = edge.map(([x, y]) => [x, y - FRINGE]).reverse();
    return shape(
      `fringe-${line.contract.id}-${index}`,
      { type: "polygon", shape: { points: [...edge, ...above] } },
      { fill: hatch(colourOf(line)), opacity: 0.75 },
    );
  });
}

function outline(steps: readonly Step[], end: number, layout: Layout): [number, number][] {
  return steps.flatMap((step, index) => {
    const y = position(layout.counts, step.count);
    const next = steps[index + 1]?.at ?? end;
    return [
      [position(layout.time, step.at), y],
      [position(layout.time, next), y],
    ] as [number, number][];
  });
}

function hatch(color: string): Series {
  const attrs = { d: "M-1 1l2-2M0 6l6-6M5 7l2-2", stroke: color, "stroke-width": 1 };
  return {
    svgElement: { tag: "path", attrs, key: `hatch-${color}` },
    svgWidth: 6,
    svgHeight: 6,
  };
}

/** Something drawn in pixels, cut off at the panel's edge. */
function shape(id: string, element: Series, style: Series): Series {
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

/** Where violations came back: a mark on the line, with their number if there is room. */
function reintroductions(line: Line, layout: Layout): Series[] {
  const groups = together(line, layout);
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

/** Reintroductions, those that would overlap as one. */
function together(line: Line, layout: Layout): { at: number; value: number; count: number }[] {
  const found: { at: number; value: number; count: number; x: number }[] = [];
  for (const step of pointsOf(line)) {
    if (step.point.reintroduced > 0) {
      const x = position(layout.time, step.at);
      const last = found.at(-1);
      if (last !== undefined && x - last.x < CLOSE) {
        last.count += step.point.reintroduced;
      } else {
        found.push({ at: step.at, value: step.count, count: step.point.reintroduced, x });
      }
    }
  }
  return found;
}
