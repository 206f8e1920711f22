/** What the chart has to say beside its lines, the most important first. */

import { formatDate, formatNumber, pluralize } from "../text/format";
import { HATCH_HEIGHT } from "./echarts-option";
import type { Layout } from "./layout";
import { type ChartData, type Line, lastCounted, lowerBoundRuns, pendingDeadline } from "./lines";
import { mergeReintroductions } from "./reintroductions";
import { position, valueAt } from "./scale";

export type NoteKind = "silence" | "deadline" | "unread" | "peak" | "reintroduction";

export interface Note {
  readonly kind: NoteKind;
  readonly text: string;
  /** The line that it is about; null: all of them. */
  readonly line: Line | null;
  /** The pixels from left to right that it is about. */
  readonly left: number;
  readonly right: number;
  /** The height of what it is about, in pixels; null: the whole height. */
  readonly y: number | null;
}

/** Return all notes: first one of each kind, then the others. */
export function listNotes(data: ChartData, layout: Layout): readonly Note[] {
  const silences = silenceNotes(data, layout);
  const kinds = [
    silences.filter(({ isStale }) => isStale).map(({ note }) => note),
    deadlineNotes(data, layout),
    unreadNotes(data, layout),
    peakNotes(data, layout),
    reintroductionNotes(data, layout),
    silences.filter(({ isStale }) => !isStale).map(({ note }) => note),
  ];
  return [...kinds.flatMap((notes) => notes.slice(0, 1)), ...kinds.flatMap((notes) => notes.slice(1))];
}

/** Less time without a snapshot than this, in days, is not worth a word unless it is too long. */
const SHORT_SILENCE = 2;

function silenceNotes(
  data: ChartData,
  layout: Layout,
): readonly { readonly isStale: boolean; readonly note: Note }[] {
  const notes = new Map<string, { readonly isStale: boolean; readonly note: Note }>();
  for (const line of data.lines) {
    const { silence } = line;
    const last = lastCounted(line);
    if (silence === null || last === null || (silence.days < SHORT_SILENCE && !silence.isStale)) {
      continue;
    }
    const text = `no snapshot for ${pluralize(silence.days, "day")}`;
    const left = position(layout.time, Math.max(line.until, data.from));
    const right = position(layout.time, Math.min(silence.until, data.to));
    const note: Note = {
      kind: "silence",
      text,
      line: null,
      left,
      right,
      y: position(layout.counts, last.count),
    };
    // The same is said once, above the highest line.
    const other = notes.get(text);
    if (other === undefined || (other.note.y ?? 0) > (note.y ?? 0)) {
      notes.set(text, { isStale: silence.isStale, note });
    }
  }
  return [...notes.values()];
}

/** Deadlines that are still ahead of the work, the next one first; a day has one note. */
function deadlineNotes(data: ChartData, layout: Layout): readonly Note[] {
  const lines = new Map<string, Line>();
  for (const line of data.lines) {
    const date = pendingDeadline(line);
    if (date !== null && Date.parse(date) >= data.from && Date.parse(date) <= data.to) {
      lines.set(date, line);
    }
  }
  return [...lines]
    .sort(([one], [other]) => Date.parse(one) - Date.parse(other))
    .map(([date, line]) => {
      const x = position(layout.time, Date.parse(date));
      const text = `${layout.narrow ? "due" : "deadline"} ${formatDate(date)}`;
      return { kind: "deadline", text, line, left: x, right: x, y: null };
    });
}

function unreadNotes(data: ChartData, layout: Layout): readonly Note[] {
  return [...unreadSpans(data)]
    .sort((a, b) => b.to - b.from - (a.to - a.from))
    .map((span) => {
      const left = position(layout.time, Math.max(span.from, data.from));
      const right = position(layout.time, Math.min(span.to, data.to));
      return {
        kind: "unread",
        text: `${layout.narrow ? "" : "or more: "}${pluralize(span.unread, "file")} unread`,
        line: null,
        left,
        right,
        y: position(layout.counts, highestAround((left + right) / 2, data, layout)) - HATCH_HEIGHT,
      };
    });
}

/** Half the width of a label, about. */
const AROUND = 75;

/** Return the highest lower bound near a pixel. */
function highestAround(x: number, data: ChartData, layout: Layout): number {
  const [from, to] = [valueAt(layout.time, x - AROUND), valueAt(layout.time, x + AROUND)];
  const counts = data.lines
    .flatMap(lowerBoundRuns)
    .flatMap(({ steps, end }) =>
      steps.filter((step, index) => step.at <= to && (steps[index + 1]?.at ?? end) >= from),
    );
  return counts.reduce((highest, step) => Math.max(highest, step.count), 0);
}

/** The peaks of lines that are below them now, the highest first. */
function peakNotes(data: ChartData, layout: Layout): readonly Note[] {
  return data.lines
    .flatMap((line) => {
      const { peak } = line;
      return peak === null || peak.count <= (lastCounted(line)?.count ?? 0) ? [] : [{ line, peak }];
    })
    .sort((a, b) => b.peak.count - a.peak.count)
    .map(({ line, peak }) => {
      const x = position(layout.time, peak.at);
      const text = `peak ${peak.lowerBound ? "≥ " : ""}${formatNumber(peak.count)}`;
      return { kind: "peak", text, line, left: x, right: x, y: position(layout.counts, peak.count) };
    });
}

function reintroductionNotes(data: ChartData, layout: Layout): readonly Note[] {
  return data.lines
    .flatMap((line) => mergeReintroductions(line, layout).map((mark) => ({ line, ...mark })))
    .sort((a, b) => b.count - a.count || b.at - a.at)
    .map(({ line, at, value, count }) => {
      const x = position(layout.time, at);
      const text = `${formatNumber(count)} came back`;
      return {
        kind: "reintroduction",
        text,
        line,
        left: x,
        right: x,
        y: position(layout.counts, value),
      };
    });
}

interface UnreadSpan {
  readonly from: number;
  readonly to: number;
  readonly unread: number;
}

/** Return the spans of time with lower bounds, those that overlap on any lines merged. */
export function unreadSpans(data: ChartData): readonly UnreadSpan[] {
  const runs = data.lines
    .flatMap((line) =>
      lowerBoundRuns(line).map(({ steps, end }) => ({
        from: steps[0]?.at ?? end,
        to: end,
        unread: steps.reduce((most, step) => Math.max(most, step.unread), 0),
      })),
    )
    .sort((a, b) => a.from - b.from);
  const spans: UnreadSpan[] = [];
  for (const run of runs) {
    const last = spans.at(-1);
    if (last === undefined || run.from > last.to) {
      spans.push(run);
    } else {
      spans[spans.length - 1] = {
        from: last.from,
        to: Math.max(last.to, run.to),
        unread: Math.max(last.unread, run.unread),
      };
    }
  }
  return spans;
}

/** Pixels from a note's place within which it is pointed at. */
const NEAR = 10;
const MOST_NEARBY = 3;

/** Return the notes that are about what is at a pixel. */
export function notesNear(notes: readonly Note[], x: number): readonly Note[] {
  return notes.filter((note) => x >= note.left - NEAR && x <= note.right + NEAR).slice(0, MOST_NEARBY);
}
