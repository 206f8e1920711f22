import assert from "node:assert/strict";
import { test } from "node:test";
import type { Contract, Forecast, Point } from "../src/api/types";
import { chartOption } from "../src/burndown/echarts-option";
import type { Layout } from "../src/burndown/layout";
import { buildChartData, buildLine } from "../src/burndown/lines";
import { at, contract, forecast, point, trend } from "./builders";

const NOW = at("2026-03-11");
const PERIOD = { since: at("2026-03-01"), until: at("2026-03-21") };
/** 20 pixels a day from 1 March, and 10 pixels a violation up from 200. */
const LAYOUT: Layout = {
  width: 600,
  height: 250,
  time: { from: PERIOD.since, to: PERIOD.until, start: 0, end: 400 },
  timeTicks: [{ at: at("2026-03-09"), label: "9 Mar 2026" }],
  counts: { from: 0, to: 20, start: 200, end: 0 },
  countTicks: { maximum: 20, interval: 5 },
  adoption: null,
  gutter: 400,
  narrow: false,
};

interface Series {
  readonly id: string;
  readonly data: readonly (readonly number[])[];
  readonly renderItem?: () => { readonly type: string; readonly shape: { readonly points: number[][] } };
  readonly lineStyle?: { readonly width: number; readonly type: string | readonly number[] };
  readonly markLine?: { readonly data: readonly { readonly xAxis: number }[] };
}

function series(
  points: readonly Point[],
  predicted: Partial<Forecast> | null = null,
  of: Partial<Contract> = {},
  colourIndex = 0,
): ReadonlyMap<string, Series> {
  const given = trend(points, { forecast: predicted && forecast(predicted) });
  const line = buildLine(contract({ id: "c", ...of }), colourIndex, given, PERIOD, NOW);
  const option = chartOption(buildChartData([line], PERIOD, NOW), LAYOUT);
  const all = (option as unknown as { readonly series: readonly Series[] }).series;
  return new Map(all.map((one) => [one.id, one]));
}

function pixels(drawn: ReadonlyMap<string, Series>, id: string): number[][] | undefined {
  return drawn.get(id)?.renderItem?.().shape.points;
}

test("a forecast is a band from the count now to its earliest and its latest day", () => {
  const dates = { eta: "2026-03-16", earliest: "2026-03-14", latest: "2026-03-19" };

  const drawn = series([point("2026-03-01", 8)], dates);

  // Now is at pixel 200, and 8 violations are at 200 - 80.
  assert.deepEqual(pixels(drawn, "band-c"), [
    [200, 120],
    [260, 200],
    [360, 200],
  ]);
  assert.deepEqual(pixels(drawn, "likely-c"), [
    [200, 120],
    [300, 200],
  ]);
});

test("the band of a forecast without a latest day has no end", () => {
  const drawn = series([point("2026-03-01", 8)], { eta: "2026-03-16", earliest: "2026-03-14" });

  const far = 400 + 1000 * 20;
  assert.deepEqual(pixels(drawn, "band-c"), [
    [200, 120],
    [260, 200],
    [far, 200],
    [far, 120],
  ]);
});

test("without a date there is no band", () => {
  assert.equal(series([point("2026-03-01", 8)], { state: "stalled" }).has("band-c"), false);
  assert.equal(series([point("2026-03-01", 8)]).has("band-c"), false);
});

test("a lower bound is hatched 20 pixels above its line", () => {
  const drawn = series([point("2026-03-02", 5, { lower_bound: true }), point("2026-03-04", 5)]);

  assert.deepEqual(pixels(drawn, "fringe-c-0"), [
    [20, 150],
    [60, 150],
    [60, 130],
    [20, 130],
  ]);
});

test("what came back has a mark on the line", () => {
  const drawn = series([
    point("2026-03-02", 5, { reintroduced: 1 }),
    point("2026-03-06", 8, { reintroduced: 1 }),
  ]).get("back-c");

  assert.deepEqual(drawn?.data, [
    [at("2026-03-02"), 5],
    [at("2026-03-06"), 8],
  ]);
});

test("the line ends at the last snapshot; after it a thinner one is dashed until now", () => {
  const drawn = series([point("2026-03-01", 8), point("2026-03-04", 6)]);

  const [measured, after] = [drawn.get("exact-c"), drawn.get("silence-c")];
  assert.deepEqual(measured?.data.at(-1), [at("2026-03-04"), 6]);
  assert.equal(measured?.lineStyle?.type, "solid");
  assert.deepEqual(after?.data, [
    [at("2026-03-04"), 6],
    [NOW, 6],
  ]);
  assert.deepEqual(after?.lineStyle?.type, [2, 4]);
  assert.ok((after?.lineStyle?.width ?? 9) < (measured?.lineStyle?.width ?? 0));
});

test("a lower bound is a thinner line, and each line has its own dashes", () => {
  const drawn = series(
    [point("2026-03-01", 8), point("2026-03-03", 6, { lower_bound: true }), point("2026-03-05", 6)],
    null,
    {},
    1,
  );

  const [exact, bound] = [drawn.get("exact-c")?.lineStyle, drawn.get("bound-c")?.lineStyle];
  assert.notEqual(exact?.type, "solid");
  assert.deepEqual(exact?.type, bound?.type);
  assert.ok((bound?.width ?? 9) < (exact?.width ?? 0));
});

test("the axis of time has the layout's ticks", () => {
  const line = buildLine(contract(), 0, trend([point("2026-03-01", 8)]), PERIOD, NOW);
  const { xAxis } = chartOption(buildChartData([line], PERIOD, NOW), LAYOUT) as unknown as {
    readonly xAxis: readonly {
      readonly axisLabel: {
        readonly customValues: readonly number[];
        readonly formatter: (at: number) => string;
      };
    }[];
  };

  const label = xAxis[0]?.axisLabel;
  assert.deepEqual(label?.customValues, [at("2026-03-09")]);
  assert.equal(label?.formatter(at("2026-03-09")), "9 Mar 2026");
});

test("today and a pending deadline within the chart are marked", () => {
  const marks = (deadline: string, violations = 8) =>
    series([point("2026-03-01", violations)], null, { deadline, violations })
      .get("future")
      ?.markLine?.data.map(({ xAxis }) => xAxis);

  assert.deepEqual(marks("2026-03-18"), [NOW, at("2026-03-18")]);
  assert.deepEqual(marks("2026-04-18"), [NOW]);
  assert.deepEqual(marks("2026-03-18", 0), [NOW]);
});
