/** The burn-down chart: hover for the numbers, click for the changes, drag to zoom, or use the arrow keys. */

import { useMemo, useRef, useState } from "preact/hooks";
import { formatNumber, formatTime } from "../text/format";
import { areasOfCommit, countsAtCommit, findHitAreas, findNearest, type HitArea } from "./hit-areas";
import { AdoptionLabels, Dates, Labels } from "./labels";
import { computeLayout, type Layout } from "./layout";
import type { ChartData } from "./lines";
import { valueAt } from "./scale";
import { seriesClass } from "./series-colours";
import { pointFacts, Tooltip } from "./tooltip";
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
  return (
    <div class="chart" ref={frame} data-drawn={isDrawn} data-adoption={layout?.adoption != null}>
      <div class="chart-canvas" ref={canvas} aria-hidden="true" />
      {layout !== null && isDrawn && (
        <>
          <Dates data={data} layout={layout} />
          <PointerSurface
            data={data}
            layout={layout}
            selected={selected}
            onSelect={onSelect}
            onZoom={onZoom}
          />
          <Labels data={data} layout={layout} onPick={onPickContract} />
          <AdoptionLabels data={data} layout={layout} />
        </>
      )}
    </div>
  );
}

/** A drag shorter than this, in pixels, is a click. */
const CLICK_DISTANCE = 6;

interface Drag {
  readonly from: number;
  readonly to: number;
}

/** Handles the pointer and the keyboard, as a slider along the commits. */
function PointerSurface({
  data,
  layout,
  selected,
  onSelect,
  onZoom,
}: Omit<Properties, "onPickContract"> & { readonly layout: Layout }) {
  const areas = useMemo(() => findHitAreas(data, layout), [data, layout]);
  const [area, setSpot] = useState<HitArea | null>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const isZooming = drag !== null && Math.abs(drag.to - drag.from) > CLICK_DISTANCE;
  const { start, end } = layout.time;
  const pointed = area !== null && areas.includes(area) ? area : null;

  const xOf = (event: PointerEvent & { currentTarget: HTMLElement }) =>
    Math.max(
      0,
      Math.min(event.clientX - event.currentTarget.getBoundingClientRect().left, end - start),
    ) + start;
  const yOf = (event: PointerEvent & { currentTarget: HTMLElement }) =>
    event.clientY - event.currentTarget.getBoundingClientRect().top;

  const move = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    setSpot(findNearest(areas, xOf(event), yOf(event)));
    if (drag !== null) {
      setDrag({ ...drag, to: xOf(event) });
    }
  };
  const press = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    if (event.button === 0) {
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ from: xOf(event), to: xOf(event) });
      setSpot(findNearest(areas, xOf(event), yOf(event)));
    }
  };
  const release = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const pointed = findNearest(areas, xOf(event), yOf(event));
    setDrag(null);
    if (drag !== null && isZooming) {
      const [from, to] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
      onZoom(valueAt(layout.time, from), valueAt(layout.time, to));
    } else if (drag !== null && pointed !== null) {
      setSpot(null); // what changed stands below now; the tooltip would cover the chart
      onSelect(pointed.point.commit);
    }
  };
  const pressKey = (event: KeyboardEvent) => {
    const next = areaAfterKey(areas, pointed, event.key);
    if (next !== null) {
      event.preventDefault();
      setSpot(next);
    } else if (event.key === "Enter" && pointed !== null) {
      onSelect(pointed.point.commit);
    }
  };

  const index = pointed === null ? areas.length - 1 : areas.indexOf(pointed);
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
        onPointerCancel={() => setDrag(null)}
        onPointerLeave={() => drag === null && setSpot(null)}
        onBlur={() => setSpot(null)}
        onKeyDown={pressKey}
      />
      {selected !== null && (
        <Marks areas={areasOfCommit(areas, selected)} layout={layout} kind="selected" />
      )}
      {pointed !== null && !isZooming && (
        <>
          <Marks areas={[pointed]} layout={layout} kind="pointed" />
          <Tooltip area={pointed} counts={countsAtCommit(data, pointed)} layout={layout} />
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
  const many = `${area.point.lower_bound ? "at least " : ""}${formatNumber(area.point.violations ?? 0)}`;
  return `${formatTime(area.point.committed_at)}, ${area.line.contract.name}: ${many}, ${pointFacts(area).join(", ")}`;
}
