import assert from "node:assert/strict";
import { test } from "node:test";
import type { Point, Trend } from "../src/api/types";
import { type Box, overlap } from "../src/burndown/geometry";
import { MOST_LABELS, type PlacedLabels, placeLabels } from "../src/burndown/label-placement";
import { computeLayout, type Layout } from "../src/burndown/layout";
import { buildChartData, buildLine, type ChartData, type Line } from "../src/burndown/lines";
import { mergeReintroductions } from "../src/burndown/reintroductions";
import { position } from "../src/burndown/scale";
import { DAY } from "../src/text/duration";
import { at, contract, forecast, point, trend } from "./builders";

const NOW = at("2026-03-11");
const ALL = { since: null, until: null };
const HEIGHT = 400;
/** Characters are six pixels wide here. */
const measure = (text: string) => text.length * 6;

/** Return the day this many days before now. */
function daysAgo(days: number): string {
  return new Date(NOW - days * DAY).toISOString().slice(0, 10);
}

/** Build a history from its counts, one for each `days`; where a count rises, violations came back. */
function history(counts: readonly number[], days: number, rest: Partial<Point> = {}): readonly Point[] {
  return counts.map((count, index) => {
    const before = counts[index - 1] ?? count;
    return point(daysAgo((counts.length - index) * days), count, {
      reintroduced: Math.max(0, count - before),
      ...rest,
    });
  });
}

function lineOf(
  points: readonly Point[],
  index: number,
  deadline: string | null,
  rest: Partial<Trend> = {},
) {
  const { summary } = trend(points);
  assert.ok(summary);
  const highest = points.reduce((most, one) =>
    (one.violations ?? 0) > (most.violations ?? 0) ? one : most,
  );
  const { commit, committed_at, violations } = highest;
  const given = trend(points, {
    forecast: forecast(),
    summary: { ...summary, highest: { commit, committed_at, violations: violations ?? 0 } },
    ...rest,
  });
  return buildLine(contract({ id: `c${index}`, deadline }), index, given, ALL, NOW);
}

/** A sequence without pattern, the same at every run: the upper digits of a linear congruence. */
function wild(count: number, seed: number): readonly number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return 10 + (Math.floor(state / 2 ** 16) % 90);
  });
}

/** Return the pixels of a line's strokes, one for each pixel along it. */
function pixelsOf(line: Line, data: ChartData, layout: Layout): readonly (readonly [number, number])[] {
  const pixels: [number, number][] = [];
  for (const [index, step] of line.steps.entries()) {
    if (step.count === null) {
      continue;
    }
    const [x, y] = [position(layout.time, step.at), position(layout.counts, step.count)];
    const next = line.steps[index + 1];
    const end = position(layout.time, Math.min(next?.at ?? line.silence?.until ?? line.until, data.to));
    for (let along = x; along <= end; along += 1) {
      pixels.push([along, y]);
    }
    if (next?.count != null) {
      const to = position(layout.counts, next.count);
      for (let along = Math.min(y, to); along <= Math.max(y, to); along += 1) {
        pixels.push([end, along]);
      }
    }
  }
  return pixels;
}

function holds(box: Box, [x, y]: readonly [number, number]): boolean {
  return x > box.left && x < box.left + box.width && y > box.top && y < box.top + box.height;
}

/** Return what is covered by any label, in words. */
function findFaults(labels: PlacedLabels, data: ChartData, layout: Layout): readonly string[] {
  const boxes = labels.shown.map(({ box }) => box);
  const all = labels.today === null ? boxes : [...boxes, labels.today];
  const collisions = all.flatMap((box, index) =>
    all.slice(index + 1).flatMap((other) => (overlap(box, other) ? ["a label on a label"] : [])),
  );
  const covered = labels.shown.flatMap(({ note, box }) =>
    data.lines.flatMap((line) => {
      const marks = mergeReintroductions(line, layout).map(
        ({ at, value }) => [position(layout.time, at), position(layout.counts, value)] as const,
      );
      return [...pixelsOf(line, data, layout), ...marks].some((pixel) => holds(box, pixel))
        ? [`${note.text} on a line`]
        : [];
    }),
  );
  const outside = all.flatMap((box) =>
    box.left < 0 || box.top < 0 || box.left + box.width > layout.width
      ? ["a label that is cut off"]
      : [],
  );
  return [...collisions, ...covered, ...outside];
}

for (const width of [1100, 680, 330]) {
  for (const lines of [1, 3, 8]) {
    test(`no label covers anything: ${lines} wild lines, ${width} pixels wide`, () => {
      for (let seed = 1; seed <= 5; seed += 1) {
        const drawn = Array.from({ length: lines }, (_, index) =>
          lineOf(history(wild(40, seed * 97 + index), 9), index, daysAgo(-20 - 9 * index)),
        );
        const data = buildChartData(drawn, ALL, NOW);
        const layout = computeLayout(data, width, HEIGHT);

        const labels = placeLabels(data, layout, measure);

        assert.ok(labels.shown.length <= MOST_LABELS);
        assert.deepEqual(findFaults(labels, data, layout), [], `seed ${seed}`);
      }
    });
  }
}

test("the check finds labels that are put right above what they are about", () => {
  const data = buildChartData([lineOf(history(wild(40, 3), 9), 0, null)], ALL, NOW);
  const layout = computeLayout(data, 1100, HEIGHT);
  const { shown, hidden } = placeLabels(data, layout, measure);
  const everywhere = [...shown.map(({ note }) => note), ...hidden].map((note) => {
    const width = measure(note.text);
    const left = (note.left + note.right - width) / 2;
    return { note, box: { left, top: (note.y ?? 0) - 20, width, height: 16 } };
  });

  const faults = findFaults({ today: null, shown: everywhere, hidden: [] }, data, layout);

  assert.ok(faults.includes("a label on a label"));
  assert.ok(faults.some((fault) => fault.endsWith("came back on a line")));
});

test("what finds no label is hidden, not lost", () => {
  const data = buildChartData([lineOf(history(wild(40, 5), 9), 0, daysAgo(-20))], ALL, NOW);
  const layout = computeLayout(data, 1100, HEIGHT);

  const { shown, hidden } = placeLabels(data, layout, measure);

  const marks = mergeReintroductions(data.lines[0] as Line, layout).length;
  // The deadline, the peak, and the time since the last snapshot; all others came back.
  assert.equal(shown.length, MOST_LABELS);
  assert.equal(shown.length + hidden.length, marks + 3);
});

test("a calm history has its deadline above the panel and its peak above the line", () => {
  const data = buildChartData(
    [lineOf(history([20, 60, 60, 40, 20, 10], 30), 0, daysAgo(-20))],
    ALL,
    NOW,
  );
  const layout = computeLayout(data, 1100, HEIGHT);

  const { shown, today } = placeLabels(data, layout, measure);

  const [deadline, peak] = shown;
  assert.equal(deadline?.note.kind, "deadline");
  assert.equal(deadline?.box.top, 0);
  assert.equal(peak?.note.text, "peak 60");
  assert.ok(peak && peak.box.top + peak.box.height < position(layout.counts, 60));
  assert.ok(today && today.left + today.width < position(layout.time, NOW));
});

test("time without a snapshot is written at the end of the line, and today is not in the chart", () => {
  const rest = { stale: true, stale_days: 438, state: "stale" } as const;
  const points = [point("2024-09-01", 50), point("2024-12-28", 20)];
  const data = buildChartData([lineOf(points, 0, null, rest)], ALL, NOW);
  const layout = computeLayout(data, 1100, HEIGHT);

  const { shown, today } = placeLabels(data, layout, measure);

  assert.equal(today, null);
  const silence = shown.find(({ note }) => note.kind === "silence");
  assert.equal(silence?.note.text, "no snapshot for 438 days");
  assert.ok(silence && silence.box.left + silence.box.width <= layout.time.end);
  assert.ok(silence.box.left + silence.box.width > position(layout.time, at("2024-12-28")));
});

test("of ten thousand points the three most important have labels", () => {
  const drawn = Array.from({ length: 8 }, (_, index) => {
    const counts = wild(1250, index + 1);
    return buildLine(
      contract({ id: `c${index}` }),
      index,
      trend(counts.map((count, step) => point(daysAgo(1250 - step), count, { reintroduced: step % 2 }))),
      ALL,
      NOW,
    );
  });
  const data = buildChartData(drawn, ALL, NOW);
  const layout = computeLayout(data, 1100, HEIGHT);

  const { shown, hidden } = placeLabels(data, layout, measure);

  assert.ok(shown.length <= MOST_LABELS);
  assert.ok(hidden.length > 100);
});
