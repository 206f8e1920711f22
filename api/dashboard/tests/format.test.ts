import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatAge,
  formatChange,
  formatDate,
  formatNumber,
  formatTime,
  pluralize,
  shortenCommit,
} from "../src/text/format";

test("numbers have separators, changes a sign, and nouns their number", () => {
  assert.equal(formatNumber(12345), "12,345");
  assert.equal(formatChange(1200), "+1,200");
  assert.equal(formatChange(-3), "\u22123");
  assert.equal(formatChange(0), "\u00b10");
  assert.equal(pluralize(1, "violation"), "1 violation");
  assert.equal(pluralize(0, "violation"), "0 violations");
  assert.equal(pluralize(2000, "more", "more"), "2,000 more");
});

test("dates and times are those of UTC", () => {
  assert.equal(formatDate("2026-03-01"), "1 Mar 2026");
  assert.equal(formatDate("2026-03-01T23:30:00-02:00"), "2 Mar 2026");
  assert.equal(formatTime("2026-03-01T00:05:00Z"), "1 Mar 2026, 00:05");
});

test("September is written as in the service's sentences", () => {
  assert.equal(formatDate("2026-09-01"), "1 Sep 2026");
  assert.equal(formatTime("2026-09-01T00:05:00Z"), "1 Sep 2026, 00:05");
});

for (const [moment, text] of [
  ["2026-03-11T12:00:30Z", "just now"],
  ["2026-03-11T11:59:00Z", "1 minute ago"],
  ["2026-03-11T07:00:00Z", "5 hours ago"],
  ["2026-03-10T12:00:00Z", "1 day ago"],
  ["2026-03-08T12:00:00Z", "3 days ago"],
  ["2026-03-25T12:00:00Z", "in 2 weeks"],
  ["2026-02-09T12:00:00Z", "4 weeks ago"],
  ["2026-01-10T12:00:00Z", "2 months ago"],
  ["2025-03-12T12:00:00Z", "12 months ago"],
  ["2025-03-11T12:00:00Z", "12 months ago"],
  ["2025-03-10T12:00:00Z", "12 months ago"],
  ["2024-08-11T12:00:00Z", "19 months ago"],
  ["2024-03-10T00:00:00Z", "2 years ago"],
  ["2023-03-11T12:00:00Z", "3 years ago"],
] as const) {
  test(`at noon on 11 March, ${moment} is "${text}"`, () => {
    assert.equal(formatAge(moment, Date.parse("2026-03-11T12:00:00Z")), text);
  });
}

test("a commit is named by its first nine digits", () => {
  assert.equal(shortenCommit("4f1c2d7e9b3a5c6d"), "4f1c2d7e9");
});
