import assert from "node:assert/strict";
import { test } from "node:test";
import type { Forecast } from "../src/api/types";
import { forecastText, unreadSpans } from "../src/burndown/labels";
import { buildChartData, buildLine } from "../src/burndown/lines";
import { pointFacts } from "../src/burndown/tooltip";
import { at, contract, forecast, point, trend } from "./builders";

const NOW = at("2026-03-11");
const ALL = { since: null, until: null };

function text(
  predicted: Partial<Forecast> | null,
  sealedSince: string | null = null,
  until: number | null = null,
) {
  const given = trend([point("2026-03-01", 9)], { forecast: predicted && forecast(predicted) });
  const line = { ...buildLine(contract(), 0, given, ALL, NOW), sealedSince };
  return forecastText(line, buildChartData([line], { since: at("2026-03-01"), until }, NOW));
}

test("a label says what the forecast says", () => {
  assert.equal(text({ state: "sealed" }), "sealed");
  assert.equal(text({ state: "sealed" }, "2026-03-04T10:00:00Z"), "sealed since 4 Mar 2026");
  assert.equal(text({ state: "shrinking" }), "shrinking");
  assert.equal(text({ state: "shrinking", eta: "2026-05-01" }), "zero around 1 May 2026");
  assert.equal(text({ state: "growing" }), "growing");
  assert.equal(text({ state: "growing", per_week: -2.34 }), "growing by 2.3 a week");
  assert.equal(text({ state: "growing", per_week: -1234.5 }), "growing by 1,235 a week");
  assert.equal(text({ state: "stalled" }), "stalled");
  assert.equal(text({ state: "too-short" }), "too short to tell");
});

test("without a forecast, or zoomed into the past, a label says nothing of it", () => {
  assert.equal(text(null), "");
  assert.equal(text({ state: "stalled" }, null, at("2026-03-05")), "");
});

test("spans of unread files that overlap on several lines are merged", () => {
  const doubtful = (day: string, violations: number, unread: number) =>
    point(day, violations, { lower_bound: true, unread });
  const lines = [
    [doubtful("2026-03-01", 5, 2), point("2026-03-03", 5)],
    [
      doubtful("2026-03-02", 8, 1),
      point("2026-03-05", 8),
      doubtful("2026-03-07", 1, 4),
      point("2026-03-08", 1),
    ],
  ].map((points, index) => buildLine(contract(), index, trend(points), ALL, NOW));

  assert.deepEqual(unreadSpans(buildChartData(lines, ALL, NOW)), [
    { from: at("2026-03-01"), to: at("2026-03-05"), unread: 2, highest: 8 },
    { from: at("2026-03-07"), to: at("2026-03-08"), unread: 4, highest: 1 },
  ]);
});

test("a tooltip says what came in, what came back, what was fixed and what is not known", () => {
  const line = buildLine(contract(), 0, trend([]), ALL, NOW);
  const facts = (rest: Parameters<typeof point>[2]) =>
    pointFacts({ line, point: point("2026-03-01", 9, rest), at: 0, x: 0, y: 0 });

  assert.deepEqual(facts({ exposure: 1200 }), ["no change", "1,200 exposed"]);
  assert.deepEqual(
    facts({ added: 3, reintroduced: 2, fixed: 1, adoption: 1, lower_bound: true, unread: 2 }),
    [
      "3 came in",
      "2 of them came back",
      "1 fixed",
      "9 exposed",
      "1 module on the replacement",
      "2 files could not be read",
    ],
  );
  assert.deepEqual(facts({ unknown: 4, lower_bound: true, unread: 1 }), [
    "4 unknown, in files that could not be read",
    "9 exposed",
    "1 file could not be read",
  ]);
});
