/** Where violations came back. */

import type { Layout } from "./layout";
import { type Line, stepsWithPoint } from "./lines";
import { position } from "./scale";

/** Violations that came back, at one mark of the chart. */
export interface Reintroduction {
  readonly at: number;
  /** The count of the line there. */
  readonly value: number;
  /** How many came back. */
  readonly count: number;
}

/** Marks closer than this, in pixels, are merged. */
const MERGE_DISTANCE = 26;

/** Return where violations of a line came back, those merged whose marks would overlap. */
export function mergeReintroductions(line: Line, layout: Layout): readonly Reintroduction[] {
  const marks: (Reintroduction & { readonly x: number })[] = [];
  for (const { at, count: value, point } of stepsWithPoint(line)) {
    if (point.reintroduced > 0 && value !== null) {
      const x = position(layout.time, at);
      const last = marks.at(-1);
      if (last !== undefined && x - last.x < MERGE_DISTANCE) {
        marks[marks.length - 1] = { ...last, count: last.count + point.reintroduced };
      } else {
        marks.push({ at, value, count: point.reintroduced, x });
      }
    }
  }
  return marks.map(({ at, value, count }) => ({ at, value, count }));
}
