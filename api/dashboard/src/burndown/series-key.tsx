/** A short piece of a line, in its colour and its dashes. */

import { seriesClass } from "./series-colours";
import { seriesDash } from "./series-dashes";

const WIDTH = 22;
const HEIGHT = 8;

export function SeriesKey(line: { readonly colourIndex: number }) {
  return (
    <svg class={`series-key ${seriesClass(line)}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      <line
        x1={0}
        x2={WIDTH}
        y1={HEIGHT / 2}
        y2={HEIGHT / 2}
        stroke-dasharray={seriesDash(line).join(" ") || undefined}
      />
    </svg>
  );
}
