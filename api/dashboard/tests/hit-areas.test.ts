import assert from "node:assert/strict";
import { test } from "node:test";
import { areasOfCommit, countsAtCommit, findHitAreas, findNearest } from "../src/burndown/hit-areas";
import { computeLayout } from "../src/burndown/layout";
import { buildChartData, buildLine } from "../src/burndown/lines";
import { at, contract, point, trend } from "./builders";

const NOW = at("2026-03-11");
const ALL = { since: null, until: null };

function chart(period: { since: number | null; until: number | null } = ALL) {
  const engine = trend([point("2026-03-01", 9), point("2026-03-05", 7), point("2026-03-08", 4)]);
  // A long trend has fewer points than commits: this one lacks 5 March.
  const orm = trend([point("2026-03-02", 3, { lower_bound: true }), point("2026-03-08", 2)]);
  const lines = [
    buildLine(contract({ id: "engine" }), 0, engine, period, NOW),
    buildLine(contract({ id: "orm" }), 1, orm, period, NOW),
  ];
  const data = buildChartData(lines, period, NOW);
  return { data, areas: findHitAreas(data, computeLayout(data, 1280, 400)) };
}

test("points of all lines are in the order of time", () => {
  assert.deepEqual(
    chart().areas.map(({ line, point }) => [line.contract.id, point.violations]),
    [
      ["engine", 9],
      ["orm", 3],
      ["engine", 7],
      ["engine", 4],
      ["orm", 2],
    ],
  );
});

test("points outside the period cannot be pointed at", () => {
  const { areas } = chart({ since: at("2026-03-04"), until: at("2026-03-06") });

  assert.deepEqual(
    areas.map(({ point }) => point.violations),
    [7],
  );
});

test("the nearest point is found, vertical distance counting half", () => {
  const [first, second] = chart().areas;
  assert.ok(first && second);
  const areas = [
    { ...first, x: 0, y: 10 },
    { ...second, x: 6, y: 0 },
  ];

  assert.equal(findNearest(areas, 0, 0), areas[0]);
  assert.equal(findNearest(areas, 2, 0), areas[1]);
  assert.equal(findNearest([], 0, 0), null);
});

test("a commit has a point on each line that has it", () => {
  const { areas } = chart();

  assert.deepEqual(
    areasOfCommit(areas, "commit of 2026-03-08").map(({ line }) => line.contract.id),
    ["engine", "orm"],
  );
});

test("the counts at a commit are those of every line that has begun, the missing ones from the point before", () => {
  const { data, areas } = chart();
  const [first, , third] = areas;
  assert.ok(first && third);

  const atFirst = countsAtCommit(data, first);
  const atThird = countsAtCommit(data, third);

  assert.deepEqual(
    atFirst.map(({ line, count, isExact }) => [line.contract.id, count, isExact]),
    [["engine", 9, true]],
  );
  assert.deepEqual(
    atThird.map(({ line, count, lowerBound, isExact }) => [
      line.contract.id,
      count,
      lowerBound,
      isExact,
    ]),
    [
      ["engine", 7, false, true],
      ["orm", 3, true, false],
    ],
  );
});
