/** Conversion between values and pixels, axis ticks, and the spacing of labels. */

export interface Scale {
  /** The values at both ends. */
  readonly from: number;
  readonly to: number;
  /** The pixels at both ends. */
  readonly start: number;
  readonly end: number;
}

export function position(scale: Scale, value: number): number {
  const part = (value - scale.from) / (scale.to - scale.from || 1);
  return scale.start + part * (scale.end - scale.start);
}

export function valueAt(scale: Scale, pixel: number): number {
  const part = (pixel - scale.start) / (scale.end - scale.start || 1);
  return scale.from + part * (scale.to - scale.from);
}

const STEPS = [1, 2, 2.5, 5, 10] as const;

export interface Ticks {
  readonly maximum: number;
  readonly interval: number;
}

/** Return the end of an axis that begins at zero and its whole, round interval; about `count` ticks. */
export function computeTicks(highest: number, count: number): Ticks {
  const rough = Math.max(highest, 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = STEPS.find((step) => step * power >= rough && Number.isInteger(step * power)) ?? 10;
  const interval = Math.max(1, step * power);
  return { maximum: Math.ceil(Math.max(highest, 1) / interval) * interval, interval };
}

/** Move positions at least `room` apart, keeping their order, between `first` and `last`. */
export function spreadApart(
  positions: readonly number[],
  room: number,
  first: number,
  last: number,
): number[] {
  const order = positions
    .map((_, index) => index)
    .sort((a, b) => (positions[a] ?? 0) - (positions[b] ?? 0));
  const spread = [...positions];
  let free = first;
  for (const index of order) {
    spread[index] = Math.max(positions[index] ?? 0, free);
    free = (spread[index] ?? 0) + room;
  }
  let limit = last;
  for (const index of order.reverse()) {
    spread[index] = Math.min(spread[index] ?? 0, limit);
    limit = (spread[index] ?? 0) - room;
  }
  return spread;
}
