/** Where a value stands: the chart, its labels and the pointer all ask here. */

export interface Scale {
  /** Values at both ends. */
  readonly from: number;
  readonly to: number;
  /** Pixels at both ends. */
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
  readonly most: number;
  readonly interval: number;
}

/** The end of an axis from zero, and whole steps to it: round numbers, some `count` of them. */
export function ticks(highest: number, count: number): Ticks {
  const rough = Math.max(highest, 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = STEPS.find((one) => one * power >= rough && Number.isInteger(one * power)) ?? 10;
  const interval = Math.max(1, step * power);
  return { most: Math.ceil(Math.max(highest, 1) / interval) * interval, interval };
}

/** Moves positions apart until each has its room, in order, between two ends. */
export function apart(wanted: readonly number[], room: number, first: number, last: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const found = [...wanted];
  let free = first;
  for (const index of order) {
    found[index] = Math.max(wanted[index] ?? 0, free);
    free = (found[index] ?? 0) + room;
  }
  let limit = last;
  for (const index of order.reverse()) {
    found[index] = Math.min(found[index] ?? 0, limit);
    limit = (found[index] ?? 0) - room;
  }
  return found;
}
