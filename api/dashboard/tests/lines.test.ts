import assert from "node:assert/strict";
import { test } from "node:test";
import type { Contract, Forecast, Point } from "../src/api/types";
import {
  buildChartData,
  buildLine,
  type Line,
  lastCounted,
  lineCorners,
  lowerBoundRuns,
  pendingDeadline,
  stepsWithPoint,
} from "../src/burndown/lines";
import { at, contract, forecast, point, trend } from "./builders";

const ALL = { since: null, until: null };
const NOW = at("2026-03-11");
const POINTS = [point("2026-03-01", 9), point("2026-03-05", 7, { fixed: 2 }), point("2026-03-08", 4)];

function line(
  points: readonly Point[],
  { predicted = null, of = {} }: { predicted?: Forecast | null; of?: Partial<Contract> } = {},
): Line {
  return buildLine(contract(of), 0, trend(points, { forecast: predicted }), ALL, NOW);
}

/** Return the times and counts of a line's steps. */
function steps({ steps }: Line): readonly [number, number | null][] {
  return steps.map(({ at, count }) => [at, count]);
}

test("a line has a step for each point, and ends at the last snapshot", () => {
  const built = line(POINTS);

  assert.deepEqual(steps(built), [
    [at("2026-03-01"), 9],
    [at("2026-03-05"), 7],
    [at("2026-03-08"), 4],
  ]);
  assert.equal(built.until, at("2026-03-08"));
  assert.deepEqual(built.silence, { until: NOW, days: 3, isStale: false });
});

test("a period that begins between two points begins with the count that held then", () => {
  const since = at("2026-03-03");
  const period = { since, until: null };
  const shown = [point("2026-03-05", 7, { added: 1, fixed: 3 }), point("2026-03-08", 4)];

  const built = buildLine(contract(), 0, trend(shown, {}, POINTS), period, NOW);

  // 7 after one came in and three were fixed: there were 9.
  assert.deepEqual(steps(built)[0], [since, 9]);
  assert.equal(stepsWithPoint(built).length, 2);
});

test("a period that begins before the first snapshot, or with a point, has no step in front", () => {
  const early = { since: at("2026-01-01"), until: null };
  const exact = { since: at("2026-03-05"), until: null };

  const fromTheFirst = buildLine(contract(), 0, trend(POINTS), early, NOW);
  const fromAPoint = buildLine(contract(), 0, trend(POINTS.slice(1), {}, POINTS), exact, NOW);

  assert.equal(fromTheFirst.steps.length, 3);
  assert.equal(fromAPoint.steps.length, 2);
});

test("a period without any point shows the last count before it, and nothing before the first snapshot", () => {
  const after = { since: at("2026-03-09"), until: null };
  const before = { since: at("2026-02-01"), until: at("2026-02-10") };

  const later = buildLine(contract(), 0, trend([], {}, POINTS), after, NOW);
  const earlier = buildLine(contract(), 0, trend([], {}, POINTS), before, NOW);

  assert.deepEqual(steps(later), [[at("2026-03-09"), 4]]);
  assert.deepEqual(steps(earlier), []);
});

test("in a zoom into the past, the count holds until the end of the period", () => {
  const period = { since: at("2026-03-01"), until: at("2026-03-06") };

  const built = buildLine(contract(), 0, trend(POINTS.slice(0, 2), {}, POINTS), period, NOW);

  assert.equal(built.until, at("2026-03-06"));
  assert.equal(built.isPast, true);
  assert.equal(line(POINTS).isPast, false);
});

test("the chart begins with the first point of any line and ends a margin after now", () => {
  const lines = [line(POINTS), line([point("2026-02-19", 1)])];

  const data = buildChartData(lines, ALL, NOW);

  // From 19 February to 11 March are 20 days, 3 % of which are 14.4 hours.
  assert.equal(data.from, at("2026-02-19"));
  assert.equal(data.to, NOW + 14.4 * 3_600_000);
});

test("the chart ends a margin after the last date of a forecast", () => {
  const dated = line(POINTS, { predicted: forecast({ eta: "2026-03-12", latest: "2026-03-14" }) });

  const data = buildChartData([dated], ALL, NOW);

  // Ten days have passed; 3 % of them are 7.2 hours.
  assert.equal(data.to, at("2026-03-14") + 7.2 * 3_600_000);
});

test("the future takes at most 42 % of the time that has passed", () => {
  const distant = line(POINTS, { predicted: forecast({ eta: "2027-03-12" }) });

  const data = buildChartData([distant], ALL, NOW);

  assert.equal(data.to, NOW + 4.2 * 86_400_000);
});

test("a deadline makes room in the chart only if something is left to do", () => {
  const of = { deadline: "2026-03-13" };
  const open = line(POINTS, { predicted: forecast(), of });
  const done = line(POINTS, { predicted: forecast(), of: { ...of, violations: 0 } });

  assert.equal(buildChartData([open], ALL, NOW).to, at("2026-03-13") + 7.2 * 3_600_000);
  assert.equal(buildChartData([done], ALL, NOW).to, NOW + 7.2 * 3_600_000);
});

test("a deadline is pending while there are violations, or may be", () => {
  const deadline = "2026-05-01";

  assert.equal(pendingDeadline(line([], { of: { deadline, violations: 1 } })), deadline);
  assert.equal(
    pendingDeadline(line([], { of: { deadline, violations: 0, lower_bound: true } })),
    deadline,
  );
  assert.equal(pendingDeadline(line([], { of: { deadline, violations: 0 } })), null);
});

test("a zoomed chart shows exactly its period", () => {
  const period = { since: at("2026-03-02"), until: at("2026-03-06") };

  const { from, to } = buildChartData([line(POINTS)], period, NOW);

  assert.deepEqual([from, to], [period.since, period.until]);
});

const DOUBTFUL = [
  point("2026-03-01", 5),
  point("2026-03-03", 3, { lower_bound: true, unread: 2 }),
  point("2026-03-05", 4, { lower_bound: true, unread: 1 }),
  point("2026-03-07", 6),
];

test("an exact line is interrupted where its counts are lower bounds", () => {
  assert.deepEqual(lineCorners(line(DOUBTFUL), "exact"), [
    [at("2026-03-01"), 5],
    [at("2026-03-03"), 5],
    null,
    [at("2026-03-07"), 4],
    [at("2026-03-07"), 6],
    [at("2026-03-07"), 6],
  ]);
});

test("the line of lower bounds has only the steps that are lower bounds", () => {
  assert.deepEqual(lineCorners(line(DOUBTFUL), "lower-bound"), [
    null,
    [at("2026-03-03"), 5],
    [at("2026-03-03"), 3],
    [at("2026-03-05"), 3],
    [at("2026-03-05"), 3],
    [at("2026-03-05"), 4],
    [at("2026-03-07"), 4],
    null,
  ]);
});

test("the line of an adoption begins where it is known", () => {
  const adopted = [point("2026-03-01", 5), point("2026-03-03", 3, { adoption: 7 })];

  assert.deepEqual(
    lineCorners(line(adopted), "exact", (step) => step.adoption),
    [null, [at("2026-03-03"), 7], [at("2026-03-03"), 7]],
  );
});

test("a run of lower bounds ends with the next exact count, or with the line", () => {
  const again = [...DOUBTFUL, point("2026-03-09", 1, { lower_bound: true })];

  const runs = lowerBoundRuns(line(again));

  assert.deepEqual(
    runs.map(({ steps, end }) => [steps.map(({ count }) => count), end]),
    [
      [[3, 4], at("2026-03-07")],
      [[1], at("2026-03-09")],
    ],
  );
});

const STALE = { stale: true, stale_days: 438, state: "stale" } as const;
const YEAR_LATER = at("2027-05-20");

test("a stale line ends at its last snapshot, and the chart soon after it", () => {
  const stale = buildLine(contract(), 0, trend(POINTS, STALE), ALL, YEAR_LATER);

  const data = buildChartData([stale], ALL, YEAR_LATER);

  assert.equal(stale.until, at("2026-03-08"));
  assert.deepEqual(stale.silence, { until: YEAR_LATER, days: 438, isStale: true });
  // 12 % of the seven days from the first snapshot to the last.
  assert.equal(data.to, at("2026-03-08") + 0.12 * 7 * 86_400_000);
});

test("the chart reaches today as long as one of its lines goes on", () => {
  const stale = buildLine(contract(), 0, trend(POINTS, STALE), ALL, YEAR_LATER);
  const recent = buildLine(contract(), 1, trend([point("2027-05-19", 3)]), ALL, YEAR_LATER);

  assert.ok(buildChartData([stale, recent], ALL, YEAR_LATER).to > YEAR_LATER);
});

test("a period up to now shows the time without a snapshot", () => {
  const period = { since: at("2027-04-20"), until: null };
  const stale = buildLine(contract(), 0, trend([], STALE, POINTS), period, YEAR_LATER);

  assert.deepEqual(steps(stale), [[period.since, 4]]);
  assert.equal(stale.until, period.since);
  assert.equal(stale.silence?.days, 438);
  assert.equal(buildChartData([stale], period, YEAR_LATER).to, YEAR_LATER);
});

test("a retired contract's line ends where it was removed, and nothing follows it", () => {
  const retired = { at: "2026-03-10T00:00:00Z", commit: "gone", open: 4 };

  const built = buildLine(contract(), 0, trend(POINTS, { state: "retired", retired }), ALL, YEAR_LATER);

  assert.equal(built.until, at("2026-03-10"));
  assert.equal(built.silence, null);
});

/** Return a point of a snapshot without a verdict. */
function unjudged(day: string): Point {
  return { ...point(day, 0), violations: null, exposure: null, kept: null };
}

test("a snapshot without a verdict is a gap, not a zero", () => {
  const gapped = line([
    point("2026-03-01", 9),
    unjudged("2026-03-03"),
    point("2026-03-05", 7),
    unjudged("2026-03-08"),
  ]);

  assert.deepEqual(lineCorners(gapped, "exact"), [
    [at("2026-03-01"), 9],
    [at("2026-03-03"), 9],
    null,
    [at("2026-03-05"), 7],
    [at("2026-03-08"), 7],
    null,
  ]);
  assert.equal(lastCounted(gapped)?.count, 7);
});

test("a run of lower bounds ends at a snapshot without a verdict", () => {
  const gapped = line([
    point("2026-03-01", 9, { lower_bound: true }),
    unjudged("2026-03-03"),
    point("2026-03-05", 7, { lower_bound: true }),
  ]);

  assert.deepEqual(
    lowerBoundRuns(gapped).map(({ end }) => end),
    [at("2026-03-03"), at("2026-03-05")],
  );
});

test("what the first point of a period dropped was there before it", () => {
  const since = at("2026-03-03");
  const shown = [point("2026-03-05", 4, { fixed: 2, dropped: 3 })];

  const built = buildLine(contract(), 0, trend(shown, {}, POINTS), { since, until: null }, NOW);

  assert.deepEqual(steps(built)[0], [since, 9]);
});

test("a commit dated before the one in front of it stands at the same time", () => {
  const skewed = line([point("2026-03-05", 9), point("2026-03-01", 7), point("2026-03-08", 4)]);

  assert.deepEqual(
    skewed.steps.map((step) => step.at),
    [at("2026-03-05"), at("2026-03-05"), at("2026-03-08")],
  );
});
