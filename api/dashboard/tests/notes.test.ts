import assert from "node:assert/strict";
import { test } from "node:test";
import type { Contract, Forecast, Point, Trend } from "../src/api/types";
import { computeLayout } from "../src/burndown/layout";
import { buildChartData, buildLine, type ChartData } from "../src/burndown/lines";
import { listNotes, notesNear, unreadSpans } from "../src/burndown/notes";
import { position } from "../src/burndown/scale";
import { at, contract, forecast, point, trend } from "./builders";

const NOW = at("2026-03-11");
const ALL = { since: null, until: null };

interface Given {
  readonly of?: Partial<Contract>;
  readonly rest?: Partial<Trend>;
  readonly predicted?: Forecast | null;
}

function chart(
  points: readonly Point[],
  { of = {}, rest = {}, predicted = null }: Given = {},
): ChartData {
  const given = trend(points, { forecast: predicted, ...rest });
  return buildChartData([buildLine(contract(of), 0, given, ALL, NOW)], ALL, NOW);
}

function texts(data: ChartData, width = 1100): readonly string[] {
  return listNotes(data, computeLayout(data, width, 400)).map(({ text }) => text);
}

/** A trend whose highest point is this one. */
function peaking(points: readonly Point[], highest: Point): Partial<Trend> {
  const { summary } = trend(points);
  assert.ok(summary);
  const { commit, committed_at, violations } = highest;
  return { summary: { ...summary, highest: { commit, committed_at, violations: violations ?? 0 } } };
}

test("the first of each kind comes before the second of any", () => {
  const peak = point("2026-03-02", 40, { reintroduced: 3 });
  const points = [
    point("2026-03-01", 20),
    peak,
    point("2026-03-05", 30, { reintroduced: 7 }),
    point("2026-03-06", 25, { lower_bound: true, unread: 2 }),
    point("2026-03-07", 25),
    point("2026-03-11", 9),
  ];
  const data = chart(points, {
    of: { deadline: "2026-03-13" },
    rest: peaking(points, peak),
    predicted: forecast(),
  });

  assert.deepEqual(texts(data), [
    "deadline 13 Mar 2026",
    "or more: 2 files unread",
    "peak 40",
    "7 came back",
    "3 came back",
  ]);
  assert.deepEqual(texts(data, 400).slice(0, 2), ["due 13 Mar 2026", "2 files unread"]);
});

test("time without a snapshot comes first where it is too long", () => {
  const rest = { stale: true, stale_days: 438, state: "stale" } as const;

  const stale = chart([point("2026-03-01", 20)], { of: { deadline: "2026-03-02" }, rest });

  assert.equal(texts(stale)[0], "no snapshot for 438 days");
});

test("time without a snapshot comes last where it is within the limit, and a day is not worth a word", () => {
  const quiet = chart([point("2026-03-01", 20)], { of: { deadline: "2026-03-12" } });
  const recent = chart([point("2026-03-10", 20)]);

  assert.equal(texts(quiet).at(-1), "no snapshot for 10 days");
  assert.deepEqual(texts(recent), []);
});

test("lines that end together have one note, above the highest", () => {
  const lines = [4, 30, 12].map((count, index) =>
    buildLine(contract(), index, trend([point("2026-03-01", count)]), ALL, NOW),
  );
  const data = buildChartData(lines, ALL, NOW);
  const layout = computeLayout(data, 1100, 400);

  const silences = listNotes(data, layout).filter(({ kind }) => kind === "silence");

  assert.equal(silences.length, 1);
  const { counts } = layout;
  assert.equal(silences[0]?.y, counts.start - (30 / counts.to) * (counts.start - counts.end));
});

test("a peak is noted if the line is below it now", () => {
  const points = [point("2026-03-01", 20), point("2026-03-05", 9)];
  const below = chart(points, { rest: peaking(points, points[0] as Point) });
  const rising = [point("2026-03-01", 9), point("2026-03-11", 20)];
  const still = chart(rising, { rest: peaking(rising, rising[1] as Point) });

  assert.ok(texts(below).includes("peak 20"));
  assert.deepEqual(texts(still), []);
});

test("a deadline that two lines share is noted once, and one that is met not at all", () => {
  const lines = ["2026-03-12", "2026-03-12", "2026-03-11"].map((deadline, index) =>
    buildLine(
      contract({ deadline, violations: index === 2 ? 0 : 5 }),
      index,
      trend([point("2026-03-11", 5)], { forecast: forecast() }),
      { since: at("2026-03-01"), until: at("2026-03-20") },
      NOW,
    ),
  );

  const data = buildChartData(lines, { since: at("2026-03-01"), until: at("2026-03-20") }, NOW);

  assert.deepEqual(texts(data), ["deadline 12 Mar 2026"]);
});

test("marks closer than 26 pixels are one, with their sum", () => {
  // Ten days are about 800 pixels.
  const data = chart([
    point("2026-03-02", 5, { reintroduced: 1 }),
    { ...point("2026-03-02", 7, { reintroduced: 2 }), committed_at: "2026-03-02T05:00:00Z" },
    point("2026-03-06", 8, { reintroduced: 1 }),
    point("2026-03-11", 8),
  ]);

  assert.deepEqual(texts(data), ["3 came back", "1 came back"]);
});

test("near a pixel are the notes about it, at most three", () => {
  const note = (left: number, right: number, text: string) =>
    ({ kind: "peak", text, line: null, left, right, y: null }) as const;
  const notes = [note(100, 100, "a"), note(50, 300, "b"), note(400, 400, "c")];

  assert.deepEqual(
    notesNear(notes, 108).map(({ text }) => text),
    ["a", "b"],
  );
  assert.deepEqual(notesNear(notes, 350), []);
  assert.equal(notesNear([...notes, ...notes, ...notes], 100).length, 3);
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
    { from: at("2026-03-01"), to: at("2026-03-05"), unread: 2 },
    { from: at("2026-03-07"), to: at("2026-03-08"), unread: 4 },
  ]);
});

test("a note on unread files stands above the line where it is written, not above its highest count", () => {
  const doubtful = (day: string, violations: number) =>
    point(day, violations, { lower_bound: true, unread: 3 });
  const points = [doubtful("2024-03-01", 90), doubtful("2024-04-01", 20), point("2026-03-01", 20)];
  const data = chart(points);
  const layout = computeLayout(data, 1100, 400);

  const [note] = listNotes(data, layout).filter(({ kind }) => kind === "unread");

  assert.ok(note?.y);
  assert.equal(note.y + 20, position(layout.counts, 20));
});
