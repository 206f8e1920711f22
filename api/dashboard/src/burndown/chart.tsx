/** The burn-down: hover for the numbers, click for what changed, drag to zoom; or the arrow keys. */

import { useMemo, useRef, useState } from "preact/hooks";
import { count, time } from "../text/format";
import { countsAt, nearest, type Spot, spotsAt, spotsOf } from "./hit-areas";
import { AdoptionLabels, Dates, Labels } from "./labels";
import { type Layout, layoutOf } from "./layout";
import type { Picture } from "./lines";
import { valueAt } from "./scale";
import { hueOf } from "./series-colours";
import { facts, Tooltip } from "./tooltip";
import { useDrawing, useSize } from "./use-echarts";

interface Properties {
  readonly picture: Picture;
  /** The commit whose changes are shown. */
  readonly selected: string | null;
  readonly onSelect: (commit: string) => void;
  readonly onZoom: (from: number, to: number) => void;
  readonly onPick: (contract: string) => void;
}

export function Chart({ picture, selected, onSelect, onZoom, onPick }: Properties) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLDivElement>(null);
  const size = useSize(frame);
  const layout = useMemo(
    () => (size === null || size.width === 0 ? null : layoutOf(picture, size.width, size.height)),
    [picture, size],
  );
  const drawn = useDrawing(canvas, picture, layout);
  return (
    <div class="chart" ref={frame} data-drawn={drawn} data-adoption={layout?.adoption != null}>
      <div class="chart-canvas" ref={canvas} aria-hidden="true" />
      {layout !== null && drawn && (
        <>
          <Dates picture={picture} layout={layout} />
          <Surface
            picture={picture}
            layout={layout}
            selected={selected}
            onSelect={onSelect}
            onZoom={onZoom}
          />
          <Labels picture={picture} layout={layout} onPick={onPick} />
          <AdoptionLabels picture={picture} layout={layout} />
        </>
      )}
    </div>
  );
}

/** A drag shorter than this is a click. */
const CLICK = 6;

interface Drag {
  readonly from: number;
  readonly to: number;
}

/** What takes the pointer and the keys: a slider along the commits. */
function Surface({
  picture,
  layout,
  selected,
  onSelect,
  onZoom,
}: Omit<Properties, "onPick"> & { readonly layout: Layout }) {
  const spots = useMemo(() => spotsOf(picture, layout), [picture, layout]);
  const [spot, setSpot] = useState<Spot | null>(null);
  const [drag, setDrag] = useState<Drag | null>(null);
  const zooming = drag !== null && Math.abs(drag.to - drag.from) > CLICK;
  const { start, end } = layout.time;
  const known = spot !== null && spots.includes(spot) ? spot : null;

  const xOf = (event: PointerEvent & { currentTarget: HTMLElement }) =>
    Math.max(
      0,
      Math.min(event.clientX - event.currentTarget.getBoundingClientRect().left, end - start),
    ) + start;
  const yOf = (event: PointerEvent & { currentTarget: HTMLElement }) =>
    event.clientY - event.currentTarget.getBoundingClientRect().top;

  const move = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    setSpot(nearest(spots, xOf(event), yOf(event)));
    if (drag !== null) {
      setDrag({ ...drag, to: xOf(event) });
    }
  };
  const press = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    if (event.button === 0) {
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ from: xOf(event), to: xOf(event) });
      setSpot(nearest(spots, xOf(event), yOf(event)));
    }
  };
  const release = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const pointed = nearest(spots, xOf(event), yOf(event));
    setDrag(null);
    if (drag !== null && zooming) {
      const [from, to] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
      onZoom(valueAt(layout.time, from), valueAt(layout.time, to));
    } else if (drag !== null && pointed !== null) {
      onSelect(pointed.point.commit);
    }
  };
  const pressKey = (event: KeyboardEvent) => {
    const next = stepped(spots, known, event.key);
    if (next !== null) {
      event.preventDefault();
      setSpot(next);
    } else if (event.key === "Enter" && known !== null) {
      onSelect(known.point.commit);
    }
  };

  const index = known === null ? spots.length - 1 : spots.indexOf(known);
  return (
    <>
      <div
        class="chart-surface"
        role="slider"
        tabIndex={0}
        aria-label="Commits of the burn-down"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, spots.length - 1)}
        aria-valuenow={Math.max(0, index)}
        aria-valuetext={spots[index] === undefined ? "none" : said(spots[index])}
        style={{ left: `${start}px`, width: `${end - start}px`, height: `${layout.counts.start}px` }}
        onPointerMove={move}
        onPointerDown={press}
        onPointerUp={release}
        onPointerCancel={() => setDrag(null)}
        onPointerLeave={() => drag === null && setSpot(null)}
        onBlur={() => setSpot(null)}
        onKeyDown={pressKey}
      />
      {selected !== null && <Marks spots={spotsAt(spots, selected)} layout={layout} kind="selected" />}
      {known !== null && !zooming && (
        <>
          <Marks spots={[known]} layout={layout} kind="pointed" />
          <Tooltip spot={known} beside={countsAt(picture, known)} layout={layout} />
        </>
      )}
      {zooming && (
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
  spots,
  layout,
  kind,
}: {
  readonly spots: readonly Spot[];
  readonly layout: Layout;
  readonly kind: "selected" | "pointed";
}) {
  const [first] = spots;
  if (first === undefined) {
    return null;
  }
  const { start, end } = layout.counts;
  return (
    <svg class={`chart-marks ${kind}`} width={layout.width} height={layout.height} aria-hidden="true">
      <line x1={first.x} x2={first.x} y1={end} y2={start} />
      {spots.map((spot) => (
        <circle key={spot.line.contract.id} cx={spot.x} cy={spot.y} r={5} class={hueOf(spot.line)} />
      ))}
    </svg>
  );
}

/** The spot that a key leads to; null: the key leads nowhere. */
function stepped(spots: readonly Spot[], spot: Spot | null, key: string): Spot | null {
  const at = spot === null ? spots.length : spots.indexOf(spot);
  const places: Readonly<Record<string, number>> = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    PageUp: at - 10,
    PageDown: at + 10,
    Home: 0,
    End: spots.length - 1,
  };
  const place = places[key];
  return place === undefined ? null : (spots[Math.max(0, Math.min(place, spots.length - 1))] ?? null);
}

function said(spot: Spot): string {
  const many = `${spot.point.lower_bound ? "at least " : ""}${count(spot.point.violations)}`;
  return `${time(spot.point.committed_at)}, ${spot.line.contract.name}: ${many}, ${facts(spot).join(", ")}`;
}
