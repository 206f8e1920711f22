import assert from "node:assert/strict";
import { test } from "node:test";
import { buildLine } from "../src/burndown/lines";
import { formatCount, pointFacts } from "../src/burndown/tooltip";
import { at, contract, point, trend } from "./builders";

const NOW = at("2026-03-11");
const ALL = { since: null, until: null };

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

test("a tooltip tells what was dropped from what was fixed", () => {
  const line = buildLine(contract(), 0, trend([]), ALL, NOW);
  const dropped = point("2026-03-01", 4, { dropped: 5 });

  assert.deepEqual(pointFacts({ line, point: dropped, at: 0, x: 0, y: 0 }), [
    "5 dropped, still imported",
    "4 exposed",
  ]);
});

test("a tooltip tells what exceptions hide", () => {
  const line = buildLine(contract(), 0, trend([]), ALL, NOW);
  const hiding = point("2026-03-01", 4, { added: 1, allowed: 48 });
  const older = point("2026-03-01", 4, { added: 1, allowed: null });

  assert.deepEqual(pointFacts({ line, point: hiding, at: 0, x: 0, y: 0 }), [
    "1 came in",
    "48 allowed by exceptions",
    "4 exposed",
  ]);
  assert.deepEqual(pointFacts({ line, point: older, at: 0, x: 0, y: 0 }), ["1 came in", "4 exposed"]);
});

test("a snapshot without a verdict has no count and no change", () => {
  const line = buildLine(contract(), 0, trend([]), ALL, NOW);
  const unjudged = { ...point("2026-03-01", 0), violations: null, exposure: null, kept: null };

  assert.deepEqual(pointFacts({ line, point: unjudged, at: 0, x: 0, y: 0 }), [
    "the snapshot has no verdict",
  ]);
  assert.equal(formatCount(null, false), "no verdict");
  assert.equal(formatCount(1200, true), "≥ 1,200");
});
