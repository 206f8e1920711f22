/** The burn-down chart: hover for the numbers, click for the changes, drag to zoom, or use the arrow keys. */

import { useMemo, useRef, useState } from "preact/hooks";
import { formatTime } from "../text/format";
import { areasOfCommit, countsAtCommit, findHitAreas, findNearest, type HitArea } from "./hit-areas";
import { placeLabels } from "./label-placement";
import { AdoptionNames, LineEnds, LineNames, NamesBelow, Notes, useTextWidth } from "./labels";
import { computeLayout, type Layout } from "./layout";
import type { ChartData } from "./lines";
import { type Note, notesNear } from "./notes";
import { valueAt } from "./scale";
import { seriesClass } from "./series-colours";
import { formatCount, pointFacts, Tooltip } from "./tooltip";
import { useECharts, useElementSize } from "./use-echarts";

interface Properties {
  readonly data: ChartData;
  /** The commit whose changes are shown, if any. */
  readonly selected: string | null;
  readonly onSelect: (commit: string) => void;
  readonly onZoom: (from: number, to: number) => void;
  readonly onPickContract: (contract: string) => void;
}

export function Chart({ data, selected, onSelect, onZoom, onPickContract }: Properties) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLDivElement>(null);
  const size = useElementSize(frame);
  const layout = useMemo(
    () => (size === null || size.width === 0 ? null : computeLayout(data, size.width, size.height)),
    [data, size],
  );
  const isDrawn = useECharts(canvas, data, layout);
  const measure = useTextWidth();
  const labels = useMemo(
    () => (layout === null ? null : placeLabels(data, layout, measure)),
    [data, layout, measure],
  );
  return (
    <>
      <div class="chart" ref={frame} data-drawn={isDrawn} data-adoption={layout?.adoption != null}>
        <div class="chart-canvas" ref={canvas} aria-hidden="true" />
        {layout !== null && labels !== null && isDrawn && (
          <>
            <Notes data={data} layout={layout} labels={labels} />
            <PointerSurface
              data={data}
              layout={layout}
              notes={labels.hidden}
              selected={selected}
              onSelect={onSelect}
              onZoom={onZoom}
            />
            <LineEnds data={data} layout={layout} />
            {!layout.narrow && <LineNames data={data} layout={layout} onPick={onPickContract} />}
            <AdoptionNames data={data} layout={layout} />
          </>
        )}
      </div>
      {layout?.narrow && <NamesBelow data={data} onPick={onPickContract} />}
    </>
  );
}

/** A drag shorter than this, in pixels, is a click. */
const CLICK_DISTANCE = 6;

interface Drag {
  readonly from: number;
  readonly to: number;
}

interface SurfaceProperties extends Omit<Properties, "onPickContract"> {
  readonly layout: Layout;
  /** Notes that have no label. */
  readonly notes: readonly Note[];
}

/** Where the pointer or the keyboard is. */
interface Pointed {
  readonly area: HitArea;
  readonly x: number;
}

/** Handles the pointer and the keyboard, as a slider along the commits. */
function PointerSurface({ data, layout, notes, selected, onSelect, onZoom }: SurfaceProperties) {
  const areas = useMemo(() => findHitAreas(data, layout), [data, layout]);
  const [pointed, setPointed] = useState<Pointed | null>(null);
  /** A tooltip is open while its point is pointed at, and not any more after a click. */
  const [isOpen, setIsOpen] = useState(false);
  const [drag, setDrag] = useState<Drag | null>(null);
  const isZooming = drag !== null && Math.abs(drag.to - drag.from) > CLICK_DISTANCE;
  const { start, end } = layout.time;
  const area = pointed !== null && areas.includes(pointed.area) ? pointed.area : null;

  const xOf = (event: PointerEvent & { currentTarget: HTMLElement }) =>
    Math.max(
      0,
      Math.min(event.clientX - event.currentTarget.getBoundingClientRect().left, end - start),
    ) + start;
  const nearestTo = (event: PointerEvent & { currentTarget: HTMLElement }) =>
    findNearest(areas, xOf(event), event.clientY - event.currentTarget.getBoundingClientRect().top);
  const open = (nearest: HitArea | null, x: number) => {
    setPointed(nearest === null ? null : { area: nearest, x });
    setIsOpen(true);
  };
  const close = () => setIsOpen(false);

  const move = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    open(nearestTo(event), xOf(event));
    if (drag !== null) {
      setDrag({ ...drag, to: xOf(event) });
    }
  };
  const press = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    if (event.button === 0) {
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ from: xOf(event), to: xOf(event) });
      open(nearestTo(event), xOf(event));
    }
  };
  const release = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const nearest = nearestTo(event);
    setDrag(null);
    close();
    if (drag !== null && isZooming) {
      const [from, to] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
      onZoom(valueAt(layout.time, from), valueAt(layout.time, to));
    } else if (drag !== null && nearest !== null) {
      onSelect(nearest.point.commit);
    }
  };
  const pressKey = (event: KeyboardEvent) => {
    const next = areaAfterKey(areas, area, event.key);
    if (next !== null) {
      event.preventDefault();
      open(next, next.x);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && area !== null) {
      close();
      onSelect(area.point.commit);
    }
  };

  const index = area === null ? areas.length - 1 : areas.indexOf(area);
  return (
    <>
      <div
        class="chart-surface"
        role="slider"
        tabIndex={0}
        aria-label="Commits of the burn-down"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, areas.length - 1)}
        aria-valuenow={Math.max(0, index)}
        aria-valuetext={areas[index] === undefined ? "none" : describeArea(areas[index])}
        style={{ left: `${start}px`, width: `${end - start}px`, height: `${layout.counts.start}px` }}
        onPointerMove={move}
        onPointerDown={press}
        onPointerUp={release}
        onPointerCancel={() => {
          setDrag(null);
          close();
        }}
        onPointerLeave={() => drag === null && close()}
        onBlur={close}
        onKeyDown={pressKey}
      />
      {selected !== null && (
        <Marks areas={areasOfCommit(areas, selected)} layout={layout} kind="selected" />
      )}
      {pointed !== null && area !== null && isOpen && !isZooming && (
        <>
          <Marks areas={[area]} layout={layout} kind="pointed" />
          <Tooltip
            area={area}
            counts={countsAtCommit(data, area)}
            notes={notesNear(notes, pointed.x)}
            layout={layout}
          />
        </>
      )}
      {isZooming && (
        <div
          class="chart-zoom"
          style={{
            left: `${Math.min(drag.from, drag.to)}px`,
            width: `${Math.abs(drag.to - drag.from)}px`,
            top: `${layout.counts.end}px`,
            height: `${layout.counts.start - layout.counts.end}px`,
          }}
        />
      )}
    </>
  );
}

function Marks({
  areas,
  layout,
  kind,
}: {
  readonly areas: readonly HitArea[];
  readonly layout: Layout;
  readonly kind: "selected" | "pointed";
}) {
  const [first] = areas;
  if (first === undefined) {
    return null;
  }
  const { start, end } = layout.counts;
  return (
    <svg class={`chart-marks ${kind}`} width={layout.width} height={layout.height} aria-hidden="true">
      <line x1={first.x} x2={first.x} y1={end} y2={start} />
      {areas.map((area) => (
        <circle
          key={area.line.contract.id}
          cx={area.x}
          cy={area.y}
          r={5}
          class={seriesClass(area.line)}
        />
      ))}
    </svg>
  );
}

/** Return the area that a key moves to, or null for any other key. */
function areaAfterKey(areas: readonly HitArea[], area: HitArea | null, key: string): HitArea | null {
  const at = area === null ? areas.length : areas.indexOf(area);
  const places: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    PageUp: at - 10,
    PageDown: at + 10,
    Home: 0,
    End: areas.length - 1,
  };
  const place = places[key];
  return place === undefined ? null : (areas[Math.max(0, Math.min(place, areas.length - 1))] ?? null);
}

function describeArea(area: HitArea): string {
  const { line, point } = area;
  const count = formatCount(point.violations, point.lower_bound);
  return `${formatTime(point.committed_at)}, ${line.contract.name}: ${count}, ${pointFacts(area).join(", ")}`;
}
