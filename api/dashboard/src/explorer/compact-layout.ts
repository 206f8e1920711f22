/**
 * Draws an arranged picture together until its names can be read. fCoSE knows which nodes belong near each
 * other, but leaves packages far apart, or one upon the other; here no box overlaps another.
 */

import type { Place } from "./layout-client";
import type { PictureNode } from "./picture";

interface Box {
  x: number;
  y: number;
  readonly width: number;
  readonly height: number;
}

/** A node, or a package with all that is in it, which moves as one. */
interface Group {
  readonly box: Box;
  /** The nodes that are in it, from its middle. */
  readonly inside: ReadonlyMap<string, Place>;
}

/** Between boxes: a small picture has room for its lines. */
const gapOf = (nodes: number) => (nodes <= 24 ? 30 : 12);
/** Around what is in a package. */
const FRAME = 18;
/** Above it, for its name. */
const NAME = 18;
/** A screen is wider than it is high. */
const WIDER = 1.3;
const STEP = 6;
const TURNS = [0, 0.3, -0.3, 0.6, -0.6, 0.9, -0.9];

type Places = Readonly<Record<string, Place>>;

/** New places for the nodes that no other is in. */
export function packed(nodes: readonly PictureNode[], places: Places): Places {
  const children = new Map<string | null, PictureNode[]>();
  for (const node of nodes) {
    children.set(node.parent, [...(children.get(node.parent) ?? []), node]);
  }
  const packing = { children, places, gap: gapOf(nodes.length) };
  const groups = (children.get(null) ?? []).map((node) => grouped(node, packing));
  return Object.fromEntries(around(groups, packing.gap).inside);
}

interface Packing {
  readonly children: ReadonlyMap<string | null, readonly PictureNode[]>;
  readonly places: Places;
  readonly gap: number;
}

function grouped(node: PictureNode, packing: Packing): Group {
  const { children, places, gap } = packing;
  const inside = children.get(node.id);
  if (inside !== undefined) {
    return around(
      inside.map((child) => grouped(child, packing)),
      gap,
    );
  }
  const { x, y } = places[node.id] ?? { x: 0, y: 0 };
  const { width, height, lift } = node.room;
  return { box: { x, y, width, height }, inside: new Map([[node.id, { x: 0, y: -lift }]]) };
}

/** One group of several: brought together, and framed. */
function around(groups: readonly Group[], gap: number): Group {
  const boxes = groups.map(({ box }) => box);
  const { x, y } = frameOf(boxes);
  place(boxes, { x, y }, gap);
  const frame = frameOf(boxes);
  const inside = new Map<string, Place>();
  for (const group of groups) {
    for (const [id, place] of group.inside) {
      inside.set(id, {
        x: group.box.x + place.x - frame.x,
        y: group.box.y + place.y - frame.y + NAME / 2,
      });
    }
  }
  const box = { x, y, width: frame.width + 2 * FRAME, height: frame.height + 2 * FRAME + NAME };
  return { box, inside };
}

function frameOf(boxes: readonly Box[]): Box {
  const left = Math.min(...boxes.map((box) => box.x - box.width / 2));
  const right = Math.max(...boxes.map((box) => box.x + box.width / 2));
  const top = Math.min(...boxes.map((box) => box.y - box.height / 2));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height / 2));
  return { x: (left + right) / 2, y: (top + bottom) / 2, width: right - left, height: bottom - top };
}

/**
 * The nearest to the middle first, each goes out from there in its own direction, or one near to it, until
 * it finds room.
 */
function place(boxes: readonly Box[], middle: Place, gap: number): void {
  const away = (box: Box) => Math.hypot((box.x - middle.x) / WIDER, box.y - middle.y);
  const placed: Box[] = [];
  for (const box of boxes.toSorted((a, b) => away(a) - away(b))) {
    const angle = Math.atan2(box.y - middle.y, (box.x - middle.x) / WIDER);
    const rooms = TURNS.map((turn) => roomOf(box, middle, angle + turn, { placed, gap }));
    const nearest = rooms.reduce((best, room) => (room.away < best.away ? room : best));
    box.x = nearest.x;
    box.y = nearest.y;
    placed.push(box);
  }
}

interface Room extends Place {
  readonly away: number;
}

interface Taken {
  readonly placed: readonly Box[];
  readonly gap: number;
}

function roomOf(box: Box, middle: Place, angle: number, { placed, gap }: Taken): Room {
  for (let away = 0; ; away += STEP) {
    const x = middle.x + away * Math.cos(angle) * WIDER;
    const y = middle.y + away * Math.sin(angle);
    if (!placed.some((other) => overlaps({ ...box, x, y }, other, gap))) {
      return { x, y, away };
    }
  }
}

function overlaps(one: Box, other: Box, gap: number): boolean {
  return (
    Math.abs(one.x - other.x) < (one.width + other.width) / 2 + gap &&
    Math.abs(one.y - other.y) < (one.height + other.height) / 2 + gap
  );
}
