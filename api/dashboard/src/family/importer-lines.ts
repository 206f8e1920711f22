/** The lines of the chart of importers by path. */

import type { FamilyDetails, FamilyLine } from "../api/types";
import { computeTicks } from "../burndown/scale";

export interface ImporterLine {
  /** Null: all paths that have no line of their own. */
  readonly of: FamilyLine | null;
  /** The importers at each point. */
  readonly values: readonly number[];
  readonly colourIndex: number;
}

export interface ImporterChart {
  readonly times: readonly number[];
  readonly maximum: number;
  readonly lines: readonly ImporterLine[];
}

/** One line for each colour, the last one for what is left. */
const MOST_LINES = 7;

/** Return the chart of a family; null if nothing was counted at two points at least. */
export function buildImporterChart({
  lines,
  points,
}: Pick<FamilyDetails, "lines" | "points">): ImporterChart | null {
  if (lines.length === 0 || points.length === 0) {
    return null;
  }
  const shown = lines.slice(0, MOST_LINES);
  const drawn: ImporterLine[] = shown.map((of, index) => ({
    of,
    values: points.map(({ importers }) => importers[index] ?? 0),
    colourIndex: index,
  }));
  const others = points.map((point) =>
    point.importers.slice(MOST_LINES).reduce((sum, importers) => sum + importers, point.others),
  );
  if (others.some((importers) => importers > 0)) {
    drawn.push({ of: null, values: others, colourIndex: MOST_LINES });
  }
  const highest = Math.max(...drawn.flatMap(({ values }) => values));
  return {
    times: points.map(({ committed_at }) => Date.parse(committed_at)),
    maximum: computeTicks(highest, 4).maximum,
    lines: drawn,
  };
}

/** Return a path of SVG that goes in steps: a count holds until the next point. */
export function drawSteps(
  { times, maximum }: ImporterChart,
  values: readonly number[],
  width: number,
  height: number,
): string {
  const [start, end] = [times[0] ?? 0, times.at(-1) ?? 0];
  const place = (index: number) => {
    const x = (((times[index] ?? end) - start) / (end - start || 1)) * width;
    const y = height - ((values[index] ?? 0) / maximum) * height;
    return [Math.round(x * 10) / 10, Math.round(y * 10) / 10] as const;
  };
  const [, first] = place(0);
  const steps = values.slice(1).map((_, index) => {
    const [x, y] = place(index + 1);
    return `H${x}V${y}`;
  });
  // A single point holds for the whole width.
  return `M0 ${first}${steps.join("") || `H${width}`}`;
}

/** Return the index of the last point at or before a part of the width, from 0 to 1. */
export function findPoint(times: readonly number[], part: number): number {
  const [start, end] = [times[0] ?? 0, times.at(-1) ?? 0];
  const time = start + part * (end - start);
  return Math.max(
    0,
    times.findLastIndex((at) => at <= time),
  );
}
