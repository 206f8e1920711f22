/** The dash patterns of the lines, so that no line is told by its colour alone. */

interface Coloured {
  readonly colourIndex: number;
}

/** Lengths of dashes and gaps in pixels; the first line is solid. */
const DASHES: readonly (readonly number[])[] = [
  [],
  [9, 3],
  [3, 2],
  [14, 3, 3, 3],
  [6, 2, 2, 2],
  [18, 4],
  [10, 3, 2, 3, 2, 3],
  [5, 4],
];

/**
 * Return the dash pattern of a line.
 *
 * Colours repeat after eight lines. The patterns are then shifted by one more, so that of 64 lines no two
 * have the same colour and the same pattern.
 */
export function seriesDash({ colourIndex }: Coloured): readonly number[] {
  const round = Math.floor(colourIndex / DASHES.length);
  return DASHES[(colourIndex + round * 3) % DASHES.length] ?? [];
}
