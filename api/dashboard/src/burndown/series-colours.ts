/** The colours of the lines: a contract keeps its own, whatever else is shown. */

const HUES = 8;

/** For ECharts. */
export function colourOf({ hue }: { readonly hue: number }): string {
  return `var(--series-${(hue % HUES) + 1})`;
}

/** For our own elements: a class that sets `--series`. */
export function hueOf({ hue }: { readonly hue: number }): string {
  return `hue-${(hue % HUES) + 1}`;
}
