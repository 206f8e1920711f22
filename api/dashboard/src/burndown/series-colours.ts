/** The colours of the lines; a contract keeps its own whatever else is shown. */

const COLOURS = 8;

interface Coloured {
  readonly colourIndex: number;
}

/** Return the colour for ECharts. */
export function seriesColour({ colourIndex }: Coloured): string {
  return `var(--series-${(colourIndex % COLOURS) + 1})`;
}

/** Return the class that sets `--series` for the dashboard's own elements. */
export function seriesClass({ colourIndex }: Coloured): string {
  return `hue-${(colourIndex % COLOURS) + 1}`;
}
