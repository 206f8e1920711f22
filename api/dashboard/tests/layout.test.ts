import assert from "node:assert/strict";
import { test } from "node:test";
import { computeLayout, positionOfStep } from "../src/burndown/layout";
import { buildChartData, buildLine } from "../src/burndown/lines";
import { at, contract, point, trend } from "./builders";

const NOW = at("2026-03-11");
const ALL = { since: null, until: null };

function data(adoption: number | null) {
  const points = [point("2026-03-01", 100, { adoption }), point("2026-03-08", 40, { adoption })];
  return buildChartData([buildLine(contract(), 0, trend(points), ALL, NOW)], ALL, NOW);
}

test("a wide chart leaves 232 pixels for the names, a phone's has them below", () => {
  assert.equal(computeLayout(data(null), 1280, 400).gutter, 1280 - 232);
  assert.equal(computeLayout(data(null), 620, 400).gutter, 620 - 232);
  assert.equal(computeLayout(data(null), 619, 400).gutter, 619 - 12);
});

test("without adoption the counts fill the chart down to the axis", () => {
  const { counts, adoption } = computeLayout(data(null), 1280, 400);

  assert.equal(adoption, null);
  assert.equal(counts.start, 400 - 24);
});

test("the adoption has a panel of its own below the counts", () => {
  const { counts, adoption } = computeLayout(data(7), 1280, 400);

  assert.ok(adoption);
  assert.equal(adoption.scale.start, 400 - 24);
  assert.ok(counts.start < adoption.scale.end);
  // One tick for 7 is at 10.
  assert.deepEqual(adoption.ticks, { maximum: 10, interval: 10 });
});

test("the axis of counts reaches a little above the highest count", () => {
  const { countTicks } = computeLayout(data(null), 1280, 400);

  // 6 % above 100, in five steps: 25 each.
  assert.deepEqual(countTicks, { maximum: 125, interval: 25 });
});

test("a step begins at its time and its count", () => {
  const shown = data(null);
  const layout = computeLayout(shown, 1280, 400);
  const [first] = shown.lines[0]?.steps ?? [];
  assert.ok(first);

  // The first step is at the left edge; its count is 100 of 125, between pixel 376 and pixel 30.
  assert.deepEqual(positionOfStep(layout, first), { x: 44, y: 376 - (346 * 100) / 125 });
});
