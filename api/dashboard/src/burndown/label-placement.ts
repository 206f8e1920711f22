/** Finds room for the labels of the chart: none covers a line, a mark or another label. */

import { HATCH_HEIGHT } from "./echarts-option";
import { type Box, isWithin, overlap, Profile } from "./geometry";
import { DATE_ROW_HEIGHT, headingText, type Layout, MARK_SIZE } from "./layout";
import { type ChartData, type Line, lastCounted } from "./lines";
import { listNotes, type Note } from "./notes";
import { mergeReintroductions } from "./reintroductions";
import { position } from "./scale";

/** Return the width of a text in pixels. */
export type Measure = (text: string) => number;

export interface PlacedNote {
  readonly note: Note;
  readonly box: Box;
}

export interface PlacedLabels {
  /** Where "today" stands; null if today is not in the chart. */
  readonly today: Box | null;
  readonly shown: readonly PlacedNote[];
  /** Notes without a label: they are said where the pointer is. */
  readonly hidden: readonly Note[];
}

/** More labels than this are not read. */
export const MOST_LABELS = 3;
export const LABEL_HEIGHT = 16;
/** The least distance of a label to anything else, in pixels. */
const GAP = 3;
/** Distances of a label from its place, the nearest first. */
const DISTANCES = [5, 11, 18, 27] as const;

/** Place the most important notes, as many as find room, at most three. */
export function placeLabels(data: ChartData, layout: Layout, measure: Measure): PlacedLabels {
  const today = placeToday(data, layout, measure);
  const profiles = data.lines.map((line) => traceLine(line, data, layout));
  const taken = [
    headingBox(data, measure),
    ...(today === null ? [] : [today]),
    ...data.lines.flatMap((line) => markBoxes(line, layout)),
  ];
  const notes = listNotes(data, layout);
  const dates = dateBoxes(notes, data, layout);
  const shown: PlacedNote[] = [];
  const hidden: Note[] = [];
  for (const note of notes) {
    const isFree = (box: Box) =>
      isInChart(box, layout) &&
      !taken.some((other) => overlap(box, other, GAP)) &&
      !dates.some((date) => overlap(box, date, GAP - 1)) &&
      !profiles.some((profile) => profile.touches(box, GAP));
    const width = Math.ceil(measure(note.text));
    const box = shown.length < MOST_LABELS ? listBoxes(note, width, layout).find(isFree) : undefined;
    if (box === undefined) {
      hidden.push(note);
    } else {
      shown.push({ note, box });
      taken.push(box);
    }
  }
  return { today, shown, hidden };
}

/** The name of the panel, in the row of the dates. */
function headingBox(data: ChartData, measure: Measure): Box {
  return { left: 0, top: 0, width: measure(headingText(data)) * 1.25, height: LABEL_HEIGHT };
}

function placeToday(data: ChartData, layout: Layout, measure: Measure): Box | null {
  if (data.to <= data.now || data.from > data.now) {
    return null;
  }
  const x = position(layout.time, data.now);
  const width = Math.ceil(measure("today"));
  const before = { left: x - width - 4, top: 0, width, height: LABEL_HEIGHT };
  return overlap(before, headingBox(data, measure), GAP) ? { ...before, left: x + 4 } : before;
}

/** Return the pixels that a line covers: its steps, the hatching above them, and what follows them. */
function traceLine(line: Line, data: ChartData, layout: Layout): Profile {
  const profile = new Profile();
  const x = (at: number) => position(layout.time, Math.max(data.from, Math.min(at, data.to)));
  const y = (count: number) => position(layout.counts, count);
  let before: number | null = null;
  for (const [index, step] of line.steps.entries()) {
    if (step.count !== null) {
      const next = line.steps[index + 1]?.at ?? line.until;
      const above = step.lowerBound ? HATCH_HEIGHT : 0;
      if (before !== null) {
        profile.addStroke([x(step.at), y(before)], [x(step.at), y(step.count)]);
      }
      profile.addStroke([x(step.at), y(step.count)], [x(next), y(step.count)], above);
    }
    before = step.count;
  }
  const last = lastCounted(line);
  if (last !== null) {
    const { time } = layout;
    const end = x(line.silence?.until ?? line.until);
    profile.addStroke([x(line.until), y(last.count)], [end, y(last.count)]);
    // The leader to the line's name.
    profile.addStroke([end, y(last.count)], [time.end, y(last.count)]);
    if (line.forecast?.eta != null && data.to > data.now) {
      const eta = position(time, Math.min(Date.parse(line.forecast.eta), data.to));
      profile.addStroke([x(data.now), y(last.count)], [eta, layout.counts.start]);
    }
  }
  return profile;
}

/** The marks of what came back, and of the peak. */
function markBoxes(line: Line, layout: Layout): readonly Box[] {
  const places = mergeReintroductions(line, layout).map(({ at, value }) => [at, value] as const);
  const peak = line.peak === null ? [] : [[line.peak.at, line.peak.count] as const];
  return [...places, ...peak].map(([at, count]) => ({
    left: position(layout.time, at) - MARK_SIZE / 2,
    top: position(layout.counts, count) - MARK_SIZE / 2,
    width: MARK_SIZE,
    height: MARK_SIZE,
  }));
}

/** The vertical lines of today and of the deadlines. */
function dateBoxes(notes: readonly Note[], data: ChartData, layout: Layout): readonly Box[] {
  const { start, end } = layout.counts;
  const deadlines = notes.filter(({ kind }) => kind === "deadline").map(({ left }) => left);
  const today = data.to > data.now ? [position(layout.time, data.now)] : [];
  return [...deadlines, ...today].map((x) => ({ left: x - 1, top: end, width: 2, height: start - end }));
}

/** Labels stand in the panel, or in the row above it. */
function isInChart(box: Box, layout: Layout): boolean {
  const { time, counts } = layout;
  const panel = {
    left: time.start + 2,
    top: counts.end,
    width: time.end - time.start - 2,
    height: counts.start - counts.end - 2,
  };
  const row = { left: 0, top: 0, width: layout.width, height: DATE_ROW_HEIGHT };
  return isWithin(box, panel) || isWithin(box, row);
}

/** Return the places for a note's label, the best first. */
function listBoxes(note: Note, width: number, layout: Layout): readonly Box[] {
  const at = (left: number, top: number): Box => ({ left, top, width, height: LABEL_HEIGHT });
  switch (note.kind) {
    case "deadline":
      return placesOfDate(note.left, width, layout).map(([left, top]) => at(left, top));
    case "silence":
      return placesOfSilence(note, width, layout).map(([left, top]) => at(left, top));
    default:
      return placesAround(note, width).map(([left, top]) => at(left, top));
  }
}

type Place = readonly [left: number, top: number];

/** Beside the vertical line of a date: above the panel if possible. */
function placesOfDate(x: number, width: number, layout: Layout): readonly Place[] {
  const sides = [x + 4, x - width - 4, layout.width - width];
  return [0, ...rowsOf(layout)].flatMap((top) => sides.map((left) => [left, top] as const));
}

/** Above or below the dashed line; else at the end of the panel, above it, or before the line's end. */
function placesOfSilence(note: Note, width: number, layout: Layout): readonly Place[] {
  const y = note.y ?? 0;
  const middle = (note.left + note.right - width) / 2;
  const ends = [Math.min(middle, note.right - width - 2), note.right - width - 2];
  const tops = [y - LABEL_HEIGHT - 4, y + 4];
  const nearest = [...rowsOf(layout)].sort((a, b) => Math.abs(a - y) - Math.abs(b - y));
  return [
    ...[...tops, ...nearest].flatMap((top) => ends.map((left) => [left, top] as const)),
    [Math.min(note.right, layout.width) - width, 0],
    ...tops.map((top) => [note.left - width - 8, top] as const),
  ];
}

/** Above what a note is about, to its sides, and below it. */
function placesAround(note: Note, width: number): readonly Place[] {
  const y = note.y ?? 0;
  const middle = (note.left + note.right - width) / 2;
  return DISTANCES.flatMap((distance): readonly Place[] => {
    const above = y - distance - LABEL_HEIGHT;
    const beside = y - LABEL_HEIGHT / 2;
    return [
      [middle, above],
      [note.left - 4, above],
      [note.right - width + 4, above],
      [note.right + distance, above],
      [note.left - distance - width, above],
      [note.right + distance, beside],
      [note.left - distance - width, beside],
      [middle, y + distance],
    ];
  });
}

/** Rows of labels in the panel, from its top down. */
function rowsOf(layout: Layout): readonly number[] {
  const { start, end } = layout.counts;
  const count = Math.max(0, Math.floor((start - end) / LABEL_HEIGHT) - 1);
  return Array.from({ length: count }, (_, index) => end + 4 + index * LABEL_HEIGHT);
}
