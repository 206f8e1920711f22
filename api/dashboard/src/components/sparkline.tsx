/** A small chart of a count over time, without axes. */

import type { CurvePoint } from "../api/types";
import { formatDate, formatNumber } from "../text/format";

const WIDTH = 160;
const HEIGHT = 40;
const EDGE = 3;

export function Sparkline({ curve }: { readonly curve: readonly CurvePoint[] }) {
  const [first, last] = [curve[0], curve.at(-1)];
  if (first === undefined || last === undefined) {
    return null;
  }
  const corners = curveCorners(curve);
  const line = corners.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L");
  const [x, y] = corners.at(-1) ?? [0, 0];
  const floor = HEIGHT - EDGE;
  const description = `${formatNumber(first.violations)} on ${formatDate(first.committed_at)}, ${formatNumber(last.violations)} on ${formatDate(last.committed_at)}`;
  return (
    <svg class="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={description}>
      <line x1={0} x2={WIDTH} y1={floor} y2={floor} />
      <path class="area" d={`M${EDGE} ${floor}L${line}L${x.toFixed(1)} ${floor}Z`} />
      <path class="stroke" d={`M${line}`} />
      <circle cx={x} cy={y} r={2.5} />
    </svg>
  );
}

/** Return the corners of the stepped line: each count holds until the next. */
function curveCorners(curve: readonly CurvePoint[]): [number, number][] {
  const times = curve.map((point) => Date.parse(point.committed_at));
  const [start, end] = [Math.min(...times), Math.max(...times)];
  const most = Math.max(1, ...curve.map((point) => point.violations));
  const x = (at: number) => EDGE + ((at - start) / (end - start || 1)) * (WIDTH - 2 * EDGE);
  const y = (value: number) => HEIGHT - EDGE - (value / most) * (HEIGHT - 2 * EDGE);
  return curve.flatMap((point, index) => {
    const corner: [number, number] = [x(times[index] ?? end), y(point.violations)];
    const before = curve[index - 1];
    return before === undefined
      ? [corner]
      : [[corner[0], y(before.violations)] as [number, number], corner];
  });
}
