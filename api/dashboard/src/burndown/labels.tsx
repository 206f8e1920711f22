/** The chart's labels: names at the ends of the lines, the dates, and notes beside the lines. */

import { useMemo } from "preact/hooks";
import { STATES } from "../components/state-badge";
import { formatNumber } from "../text/format";
import { LABEL_HEIGHT, type PlacedLabels } from "./label-placement";
import { DATE_ROW_HEIGHT, headingText, type Layout, MARK_SIZE } from "./layout";
import { type ChartData, type CountedStep, type Line, lastCounted, stepsWithPoint } from "./lines";
import { position, spreadApart } from "./scale";
import { seriesClass } from "./series-colours";
import { SeriesKey } from "./series-key";

interface Properties {
  readonly data: ChartData;
  readonly layout: Layout;
}

/** Heights of a name with the state below it, of a name alone, and of its first line, in pixels. */
const NAME_HEIGHT = 36;
const TIGHT_NAME_HEIGHT = 25;
/** A line alone has its whole sentence below it. */
const ALONE_HEIGHT = 100;
const NAME_LINE_HEIGHT = 17;
const GUTTER_GAP = 12;
const ADOPTION_NAME_HEIGHT = 18;

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

interface NameProperties extends Properties {
  readonly onPick: (contract: string) => void;
}

/** The names of the lines, at the right; a click shows one alone. */
export function LineNames({ data, layout, onPick }: NameProperties) {
  const named = namedLines(data);
  const isAlone = named.length === 1;
  const wanted = isAlone ? ALONE_HEIGHT : NAME_HEIGHT;
  const isTight = !isAlone && wanted * named.length > layout.counts.start - DATE_ROW_HEIGHT;
  const room = isTight ? TIGHT_NAME_HEIGHT : wanted;
  const ends = named.map(({ last }) => position(layout.counts, last.count));
  const tops = spreadApart(
    ends.map((y) => y - NAME_LINE_HEIGHT / 2),
    room,
    DATE_ROW_HEIGHT,
    layout.counts.start - room + 4,
  );
  return (
    <>
      <Leaders
        named={named}
        data={data}
        layout={layout}
        from={ends}
        to={tops.map((top) => top + NAME_LINE_HEIGHT / 2)}
      />
      {named.map(({ line, last }, index) => (
        <button
          key={line.contract.id}
          type="button"
          class={isTight ? "line-label tight" : "line-label"}
          style={{ left: `${layout.gutter + GUTTER_GAP}px`, top: `${tops[index]}px` }}
          title={line.isPast ? line.contract.name : `${line.contract.name}: ${line.sentence}`}
          onClick={() => onPick(line.contract.id)}
        >
          <NameOfLine line={line} last={last} />
          {!line.isPast && !isTight && (
            <small class={isAlone ? "whole" : undefined}>
              {isAlone ? line.sentence : STATES[line.state]}
            </small>
          )}
        </button>
      ))}
    </>
  );
}

/** The key of a line, its last count, and its contract. */
function NameOfLine({ line, last }: NamedLine) {
  return (
    <>
      <SeriesKey colourIndex={line.colourIndex} />
      <b>
        {last.lowerBound && "≥ "}
        {formatNumber(last.count)}
      </b>{" "}
      {line.contract.name}
    </>
  );
}

interface BelowProperties {
  readonly data: ChartData;
  readonly onPick: (contract: string) => void;
}

/** The names of the lines, and of the replacements, below a chart that has no room beside it. */
export function NamesBelow({ data, onPick }: BelowProperties) {
  return (
    <ul class="names-below">
      {namedLines(data).map(({ line, last }) => (
        <li key={line.contract.id}>
          <button type="button" class="line-label" onClick={() => onPick(line.contract.id)}>
            <NameOfLine line={line} last={last} />
            {!line.isPast && <small>{line.sentence}</small>}
          </button>
        </li>
      ))}
      {listAdoptions(data).map(({ replacement, modules }) => (
        <li key={`${replacement} ${modules}`} class="muted">
          Adoption: <b>{formatNumber(modules)}</b> {lastPart(replacement)}
        </li>
      ))}
    </ul>
  );
}

interface LeadersProperties extends Properties {
  readonly named: readonly NamedLine[];
  /** Vertical positions of the ends of the lines, and of their names. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** The leader from the end of each line to its name. */
function Leaders({ named, data, layout, from, to }: LeadersProperties) {
  return (
    <svg class="leaders" width={layout.width} height={layout.height} aria-hidden="true">
      {named.map(({ line }, index) => {
        const end = Math.min(line.silence?.until ?? line.until, data.to);
        const points = [
          [
            Math.max(layout.time.start, Math.min(position(layout.time, end), layout.gutter)),
            from[index],
          ],
          [layout.gutter - 6, from[index]],
          [layout.gutter + GUTTER_GAP - 3, to[index]],
        ];
        return <polyline key={line.contract.id} points={points.join(" ")} />;
      })}
    </svg>
  );
}

/** A dot at the last snapshot of each line. */
export function LineEnds({ data, layout }: Properties) {
  return (
    <svg class="leaders" width={layout.width} height={layout.height} aria-hidden="true">
      {namedLines(data).map(({ line, last }) => {
        const measured = position(layout.time, line.until);
        const hasLastSnapshot = stepsWithPoint(line).length > 0 && !line.isPast;
        const isInside = measured >= layout.time.start && measured <= layout.gutter;
        return (
          hasLastSnapshot &&
          isInside && (
            <circle
              key={line.contract.id}
              class={seriesClass(line)}
              cx={measured}
              cy={position(layout.counts, last.count)}
              r={3}
            />
          )
        );
      })}
    </svg>
  );
}

/** The names of the replacements, beside the lower panel. */
export function AdoptionNames({ data, layout }: Properties) {
  const { adoption } = layout;
  if (adoption === null) {
    return null;
  }
  const named = listAdoptions(data).slice(0, MOST_ADOPTIONS);
  const tops = spreadApart(
    named.map(({ modules }) => position(adoption.scale, modules) - ADOPTION_NAME_HEIGHT / 2),
    ADOPTION_NAME_HEIGHT,
    adoption.scale.end - 6,
    adoption.scale.start - ADOPTION_NAME_HEIGHT,
  );
  return (
    <>
      <p class="panel-name" style={{ left: 0, top: `${adoption.scale.end - 22}px` }}>
        {layout.narrow ? "Adoption of the replacement" : "Adoption: modules that import the replacement"}
      </p>
      {(layout.narrow ? [] : named).map(({ replacement, modules, lines }, index) => (
        <p
          key={`${replacement} ${modules}`}
          class="line-label"
          style={{ left: `${layout.gutter + GUTTER_GAP}px`, top: `${tops[index]}px` }}
          title={replacement}
        >
          {lines.slice(0, MOST_KEYS).map((line) => (
            <SeriesKey key={line.contract.id} colourIndex={line.colourIndex} />
          ))}
          <b>{formatNumber(modules)}</b> {lastPart(replacement)}
        </p>
      ))}
    </>
  );
}

/** As many names find room beside the lower panel. */
const MOST_ADOPTIONS = 4;
const MOST_KEYS = 3;

interface Adoption {
  readonly replacement: string;
  readonly modules: number;
  /** The lines that end at this number of modules. */
  readonly lines: readonly Line[];
}

/** Return each replacement with how many modules import it, those of most lines first. */
function listAdoptions(data: ChartData): readonly Adoption[] {
  const adoptions = new Map<string, Adoption>();
  for (const line of data.lines) {
    const modules = line.steps.findLast((step) => step.adoption !== null)?.adoption ?? null;
    if (modules !== null) {
      const [replacement = ""] = line.contract.replacements;
      const key = `${replacement} ${modules}`;
      const lines = [...(adoptions.get(key)?.lines ?? []), line];
      adoptions.set(key, { replacement, modules, lines });
    }
  }
  return [...adoptions.values()].sort((a, b) => b.lines.length - a.lines.length);
}

interface NoteProperties extends Properties {
  readonly labels: PlacedLabels;
}

/** The name of the panel, today, and the notes that found room; the others are read by screen readers. */
export function Notes({ data, layout, labels }: NoteProperties) {
  const { today, shown, hidden } = labels;
  return (
    <>
      <p class="panel-name" style={{ left: 0, top: 0 }}>
        {headingText(data)}
      </p>
      <PeakMarks labels={labels} layout={layout} />
      {today !== null && (
        <p class="date-label today" style={{ left: `${today.left}px`, top: `${today.top}px` }}>
          today
        </p>
      )}
      {shown.map(({ note, box }) => (
        <p
          key={`${note.kind} ${note.text} ${note.left}`}
          class={`note-label ${note.line === null ? "" : seriesClass(note.line)}`}
          data-kind={note.kind}
          style={{
            left: `${box.left}px`,
            top: `${box.top}px`,
            width: `${box.width}px`,
            height: `${LABEL_HEIGHT}px`,
          }}
        >
          {note.text}
        </p>
      ))}
      {hidden.length > 0 && (
        <ul class="unseen" aria-label="Also in the chart">
          {hidden.slice(0, MOST_READ).map((note) => (
            <li key={`${note.kind} ${note.text} ${note.left}`}>{note.text}</li>
          ))}
        </ul>
      )}
    </>
  );
}

/** As many notes without a label are read out. */
const MOST_READ = 12;

/** A ring around each peak that has a label. */
function PeakMarks({ labels, layout }: { readonly labels: PlacedLabels; readonly layout: Layout }) {
  const peaks = labels.shown.map(({ note }) => note).filter((note) => note.kind === "peak");
  return (
    <svg class="peaks" width={layout.width} height={layout.height} aria-hidden="true">
      {peaks.map((note) => (
        <circle
          key={note.left}
          class={note.line === null ? undefined : seriesClass(note.line)}
          cx={note.left}
          cy={note.y ?? 0}
          r={MARK_SIZE / 2 - 1.5}
        />
      ))}
    </svg>
  );
}

/** Return a function that measures texts as wide as the labels show them. */
export function useTextWidth(): (text: string) => number {
  return useMemo(() => {
    const context = document.createElement("canvas").getContext("2d");
    const family = getComputedStyle(document.body).fontFamily;
    if (context === null) {
      return (text) => text.length * ROUGH_CHARACTER_WIDTH;
    }
    context.font = `${LABEL_FONT_SIZE}px ${family}`;
    return (text) => context.measureText(text).width + LABEL_PADDING;
  }, []);
}

/** As `.note-label` in burndown.css. */
const LABEL_FONT_SIZE = 12;
const LABEL_PADDING = 2;
const ROUGH_CHARACTER_WIDTH = 7;

function lastPart(module: string): string {
  return module.split(".").at(-1) ?? module;
}
