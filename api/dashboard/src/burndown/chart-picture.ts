/** The burn-down as one SVG text with its title and the names of its lines; it refers to nothing outside. */

import { formatNumber } from "../text/format";
import { LABEL_HEIGHT, type Measure, placeLabels } from "./label-placement";
import { computeLayout, headingText, type Layout, MARK_SIZE, NAMES } from "./layout";
import { type ChartData, type CountedStep, type Line, lastCounted } from "./lines";
import { position } from "./scale";
import { seriesColour } from "./series-colours";
import { seriesDash } from "./series-dashes";

/** In pixels. */
export const PICTURE_WIDTH = 1200;
const PADDING = 32;
const TITLE_HEIGHT = 64;
const CHART_HEIGHT = 440;
/** At the right of the plot, for a date that stands beside its end. */
const PLOT_MARGIN = 56;
const NAME_HEIGHT = 26;
const KEY_WIDTH = 28;
const GAP = 10;
const SIZES = { title: 22, text: 14, small: 12 } as const;

/** Measure a text of a size; bold if `isBold`. */
export type MeasureText = (text: string, size: number, isBold: boolean) => number;

export interface Picture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

interface Parts {
  readonly title: string;
  /** Below the title, such as the period. */
  readonly about: string;
  readonly data: ChartData;
  /** The plot as SVG, as large as the layout. */
  readonly drawPlot: (layout: Layout) => string;
  readonly measure: MeasureText;
  /** Return the colour of a custom property such as `--text`. */
  readonly colourOf: (property: string) => string;
  readonly fontFamily: string;
}

export function drawPicture(parts: Parts): Picture {
  const { data, measure } = parts;
  const room = PICTURE_WIDTH - 2 * PADDING;
  // The names stand below the plot, which therefore takes the place that they have on the page.
  const layout = computeLayout(data, room + NAMES - PLOT_MARGIN, CHART_HEIGHT);
  const named = namedLines(data);
  const height = TITLE_HEIGHT + CHART_HEIGHT + named.length * NAME_HEIGHT + 2 * PADDING;
  const body = [
    `<rect width="100%" height="100%" fill="var(--surface)"/>`,
    `<g transform="translate(${PADDING} ${PADDING})">`,
    textAt(0, 18, shorten(parts.title, SIZES.title, true, room, measure), SIZES.title, "bold"),
    textAt(0, 42, shorten(parts.about, SIZES.text, false, room, measure), SIZES.text, "muted"),
    `<g transform="translate(0 ${TITLE_HEIGHT})" font-size="${SIZES.small}">`,
    parts.drawPlot(layout),
    ...drawLabels(data, layout, (text) => measure(text, SIZES.small, false)),
    ...named.map(({ line, last }) => drawEnd(line, last, layout)),
    "</g>",
    ...named.map((one, index) =>
      drawName(one, TITLE_HEIGHT + CHART_HEIGHT + (index + 1) * NAME_HEIGHT, room, measure),
    ),
    "</g>",
  ].join("");
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${PICTURE_WIDTH}" height="${height}" font-family="${escapeXml(parts.fontFamily)}">`;
  const svg = `${open}${resolveColours(body, parts.colourOf)}</svg>`;
  return { svg, width: PICTURE_WIDTH, height };
}

interface NamedLine {
  readonly line: Line;
  readonly last: CountedStep;
}

function namedLines(data: ChartData): readonly NamedLine[] {
  return data.lines.flatMap((line) => {
    const last = lastCounted(line);
    return last === null ? [] : [{ line, last }];
  });
}

function drawLabels(data: ChartData, layout: Layout, measure: Measure): readonly string[] {
  const { today, shown } = placeLabels(data, layout, measure);
  const { adoption } = layout;
  const baseline = LABEL_HEIGHT - 4;
  return [
    textAt(0, baseline, headingText(data), SIZES.small, "muted"),
    today === null ? "" : textAt(today.left, today.top + baseline, "today", SIZES.small, "muted"),
    adoption === null
      ? ""
      : textAt(
          0,
          adoption.scale.end - 10,
          "Adoption: modules that import the replacement",
          SIZES.small,
          "muted",
        ),
    ...shown.map(({ note, box }) =>
      textAt(box.left, box.top + baseline, note.text, SIZES.small, "muted"),
    ),
    ...shown.flatMap(({ note }) =>
      note.kind === "peak" && note.line !== null
        ? [
            `<circle cx="${note.left}" cy="${note.y ?? 0}" r="${MARK_SIZE / 2 - 1.5}" fill="none" stroke="${seriesColour(note.line)}" stroke-width="1.5"/>`,
          ]
        : [],
    ),
  ];
}

/** A dot at the last count of a line, unless it lies outside the plot. */
function drawEnd(line: Line, last: CountedStep, layout: Layout): string {
  const x = position(layout.time, line.until);
  return x < layout.time.start || x > layout.time.end
    ? ""
    : `<circle cx="${x}" cy="${position(layout.counts, last.count)}" r="3" fill="${seriesColour(line)}"/>`;
}

/** The key of a line, its last count, its name and, if there is room, its sentence. */
function drawName({ line, last }: NamedLine, y: number, room: number, measure: MeasureText): string {
  const count = `${last.lowerBound ? "≥ " : ""}${formatNumber(last.count)}`;
  const nameLeft = KEY_WIDTH + GAP + measure(count, SIZES.text, true) + GAP;
  const name = shorten(line.contract.name, SIZES.text, false, room - nameLeft, measure);
  const sentenceLeft = nameLeft + measure(name, SIZES.text, false) + 2 * GAP;
  const sentence = line.isPast
    ? ""
    : shorten(line.sentence, SIZES.small, false, room - sentenceLeft, measure);
  const dash = seriesDash(line).join(" ");
  return [
    `<line x1="0" x2="${KEY_WIDTH}" y1="${y - 5}" y2="${y - 5}" stroke="${seriesColour(line)}" stroke-width="2.25"${dash === "" ? "" : ` stroke-dasharray="${dash}"`}/>`,
    textAt(KEY_WIDTH + GAP, y, count, SIZES.text, "bold"),
    textAt(nameLeft, y, name, SIZES.text, "text"),
    textAt(sentenceLeft, y, sentence, SIZES.small, "muted"),
  ].join("");
}

function textAt(
  x: number,
  y: number,
  text: string,
  size: number,
  style: "text" | "bold" | "muted",
): string {
  const fill = style === "muted" ? "var(--muted)" : "var(--text)";
  const weight = style === "bold" ? ' font-weight="600"' : "";
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}"${weight}>${escapeXml(text)}</text>`;
}

/** Return as much of a text as finds room, with an ellipsis if that is not all. */
export function shorten(
  text: string,
  size: number,
  isBold: boolean,
  room: number,
  measure: MeasureText,
): string {
  if (measure(text, size, isBold) <= room) {
    return text;
  }
  const characters = [...text];
  let [fits, fails] = [0, characters.length];
  while (fails - fits > 1) {
    const middle = (fits + fails) >> 1;
    const isShort = measure(`${characters.slice(0, middle).join("")}…`, size, isBold) <= room;
    [fits, fails] = isShort ? [middle, fails] : [fits, middle];
  }
  return fits === 0 ? "" : `${characters.slice(0, fits).join("")}…`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Return a text for XML, with a replacement character for each that XML forbids. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Put colours in the place of `var(--name)` in attributes; a text that says it stays as it is. */
export function resolveColours(svg: string, colourOf: (property: string) => string): string {
  return svg.replace(/<[^>]*>/g, (tag) =>
    tag.replace(/var\((--[\w-]+)\)/g, (_, property: string) => escapeXml(colourOf(property))),
  );
}
