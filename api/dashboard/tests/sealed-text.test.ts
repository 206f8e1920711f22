import assert from "node:assert/strict";
import { test } from "node:test";
import type { Summary } from "../src/api/types";
import { describeSealed } from "../src/project/sealed-text";

const ZERO = { commit: "c9", committed_at: "2020-09-10T12:00:00Z", violations: 0 };
const SUMMARY: Summary = {
  first: { ...ZERO, violations: 90 },
  highest: { ...ZERO, violations: 1107 },
  now: ZERO,
  sealed_since: ZERO,
  reintroduced: 10,
  days: 900,
  points: 300,
  oldest_open: null,
};

test("a sealed contract says since when, from how many, and what came back", () => {
  assert.equal(
    describeSealed(SUMMARY),
    "Sealed since 10 Sep 2020 · from 1,107 · 10 came back on the way",
  );
});

test("what never came back is not mentioned", () => {
  assert.equal(describeSealed({ ...SUMMARY, reintroduced: 0 }), "Sealed since 10 Sep 2020 · from 1,107");
});

test("a contract that was always kept came from nowhere", () => {
  assert.equal(
    describeSealed({ ...SUMMARY, highest: ZERO, reintroduced: 0 }),
    "Sealed since 10 Sep 2020 · never had a violation",
  );
});

test("a branch of which the day is not known is sealed all the same", () => {
  assert.equal(
    describeSealed({ ...SUMMARY, sealed_since: null }),
    "Sealed · from 1,107 · 10 came back on the way",
  );
});
