import assert from "node:assert/strict";
import { test } from "node:test";
import { selectedPeriod, selectedRange, selectRange, toIsoDate, zoomTo } from "../src/burndown/range";
import { at } from "./builders";
import { address, open } from "./fake-browser";

const NOW = at("2026-03-31");

test("without a range in the address, all of the history is shown", () => {
  open("/p/shop");

  assert.equal(selectedRange(), "all");
  assert.deepEqual(selectedPeriod(NOW), { since: null, until: null });
});

for (const [id, since] of [
  ["30d", "2026-03-01"],
  ["90d", "2025-12-31"],
  ["1y", "2025-03-31"],
] as const) {
  test(`the range ${id} begins on ${since}`, () => {
    open(`/p/shop?range=${id}`);

    assert.equal(selectedRange(), id);
    assert.deepEqual(selectedPeriod(NOW), { since: at(since), until: null });
  });
}

test("an unknown range is all", () => {
  open("/p/shop?range=7d");

  assert.equal(selectedRange(), "all");
});

test("two dates are shown with all of their last day, and are no range", () => {
  open("/p/shop?range=30d&from=2026-03-02&to=2026-03-04");

  assert.equal(selectedRange(), null);
  assert.deepEqual(selectedPeriod(NOW), { since: at("2026-03-02"), until: at("2026-03-05") - 1 });
});

test("dates that are incomplete, malformed or in the wrong order are ignored", () => {
  for (const dates of [
    "from=2026-03-02",
    "from=2026-3-2&to=2026-03-04",
    "from=2026-03-04&to=2026-03-02",
  ]) {
    open(`/p/shop?range=30d&${dates}`);

    assert.equal(selectedRange(), "30d", dates);
  }
});

test("a zoom is two dates in the address, and another range removes them", () => {
  open("/p/shop?range=30d");

  zoomTo(at("2026-03-02") + 3_600_000, at("2026-03-09"));
  const zoomed = address();
  selectRange("all");

  assert.equal(zoomed, "/p/shop?range=30d&from=2026-03-02&to=2026-03-09");
  assert.equal(address(), "/p/shop");
});

test("a zoom to less than two days is widened to two days around its middle", () => {
  open("/p/shop");

  zoomTo(at("2026-03-05") - 1000, at("2026-03-05") + 1000);

  assert.equal(address(), "/p/shop?from=2026-03-04&to=2026-03-06");
});

test("a date is that of UTC", () => {
  assert.equal(toIsoDate(Date.parse("2026-03-05T23:30:00-01:00")), "2026-03-06");
});
