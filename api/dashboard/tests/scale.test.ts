import assert from "node:assert/strict";
import { test } from "node:test";
import { computeTicks, position, spreadApart, valueAt } from "../src/burndown/scale";

test("a value is at its part of the way between two pixels, and back", () => {
  const upwards = { from: 0, to: 50, start: 300, end: 100 };

  assert.equal(position(upwards, 25), 200);
  assert.equal(position(upwards, 50), 100);
  assert.equal(valueAt(upwards, 200), 25);
});

test("a scale without extent puts every value at its start", () => {
  const empty = { from: 7, to: 7, start: 10, end: 20 };

  assert.equal(position(empty, 7), 10);
  assert.equal(valueAt({ ...empty, to: 9, end: 10 }, 10), 7);
});

for (const [highest, count, maximum, interval] of [
  [0, 5, 1, 1],
  [1, 5, 1, 1],
  [9, 1, 10, 10],
  [12, 5, 15, 5], // 2.5 is round, but no whole number
  [72, 5, 80, 20],
  [100, 4, 100, 25],
  [125, 5, 125, 25],
  [126, 5, 150, 50],
] as const) {
  test(`an axis up to ${highest} with about ${count} ticks ends at ${maximum}, in steps of ${interval}`, () => {
    assert.deepEqual(computeTicks(highest, count), { maximum, interval });
  });
}

test("positions with enough room stay where they are", () => {
  assert.deepEqual(spreadApart([40, 10, 25], 15, 0, 100), [40, 10, 25]);
});

test("positions that are too close move down, in their order", () => {
  assert.deepEqual(spreadApart([12, 10, 11], 5, 0, 100), [20, 10, 15]);
});

test("positions stay between both ends", () => {
  assert.deepEqual(spreadApart([-5, -5], 5, 0, 100), [0, 5]);
  assert.deepEqual(spreadApart([98, 99, 50], 5, 0, 100), [95, 100, 50]);
});

test("nothing to spread is nothing", () => {
  assert.deepEqual(spreadApart([], 5, 0, 100), []);
});
