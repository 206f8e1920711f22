import assert from "node:assert/strict";
import { test } from "node:test";
import { computeTimeTicks } from "../src/burndown/time-ticks";
import { DAY } from "../src/text/duration";
import { at } from "./builders";

function labels(from: string, to: string, most: number): readonly string[] {
  return computeTimeTicks(at(from), at(to), most).map(({ label }) => label);
}

test("two days have a tick every six hours or every twelve; midnight says the day", () => {
  assert.deepEqual(labels("2026-03-01", "2026-03-03", 9), [
    "1 Mar 2026",
    "06:00",
    "12:00",
    "18:00",
    "2 Mar",
    "06:00",
    "12:00",
    "18:00",
    "3 Mar",
  ]);
  assert.deepEqual(labels("2026-03-01", "2026-03-03", 5), [
    "1 Mar 2026",
    "12:00",
    "2 Mar",
    "12:00",
    "3 Mar",
  ]);
});

test("days are two apart across the end of a month, too", () => {
  const ticks = computeTimeTicks(at("2026-02-23"), at("2026-03-09"), 9);

  const distances = ticks.slice(1).map((tick, index) => (tick.at - (ticks[index]?.at ?? 0)) / DAY);

  assert.deepEqual(new Set(distances), new Set([2]));
});

test("weeks begin on Mondays", () => {
  const ticks = computeTimeTicks(at("2026-03-01"), at("2026-04-10"), 9);

  // 2 March 2026 is a Monday.
  assert.deepEqual(
    ticks.map(({ label }) => label),
    ["2 Mar 2026", "9 Mar", "16 Mar", "23 Mar", "30 Mar", "6 Apr"],
  );
});

test("months begin on their first day; January says the year, and so does the first tick", () => {
  assert.deepEqual(labels("2025-08-10", "2026-06-20", 4), ["Oct 2025", "2026", "Apr"]);
  assert.deepEqual(labels("2025-09-30", "2026-03-02", 8), [
    "Oct 2025",
    "Nov",
    "Dec",
    "2026",
    "Feb",
    "Mar",
  ]);
});

test("many years have ticks at equal numbers of years", () => {
  assert.deepEqual(labels("2009-05-01", "2026-11-30", 10), [
    "2010",
    "2012",
    "2014",
    "2016",
    "2018",
    "2020",
    "2022",
    "2024",
    "2026",
  ]);
  assert.deepEqual(labels("2009-05-01", "2026-11-30", 4), ["2010", "2015", "2020", "2025"]);
});

test("the first tick of a new year says it", () => {
  assert.deepEqual(labels("2025-12-20", "2026-01-20", 9), [
    "22 Dec 2025",
    "29 Dec",
    "5 Jan 2026",
    "12 Jan",
    "19 Jan",
  ]);
});

test("whatever the period, there are enough ticks and not too many", () => {
  for (let days = 2; days < 9000; days = Math.ceil(days * 1.13)) {
    for (const most of [3, 5, 9, 12]) {
      const count = computeTimeTicks(at("2026-11-30") - days * DAY, at("2026-11-30"), most).length;
      assert.ok(count >= 1 && count <= most + 1, `${days} days, ${most}: ${count}`);
    }
  }
});
