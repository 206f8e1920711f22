/**
 * Move the nodes of a layout close together without overlaps, so that their names can be read. fCoSE puts
 * related nodes near each other, but leaves packages far apart or on top of each other.
 */

import type { Position } from "./layout-client";
import type { PictureNode } from "./picture";

interface Box {
  x: number;
  y: number;
  readonly width: number;
  readonly height: number;
}

/** A node, or a package with its contents, which moves as one. */
interface Group {
  readonly box: Box;
  /** Positions of its nodes, relative to the middle of the box. */
  readonly inside: ReadonlyMap<string, Position>;
}

/** The distance between boxes: a small graph has room for longer arrows. */
const gapFor = (nodes: number) => (nodes <= 24 ? 30 : 12);
/** Padding around the contents of a package. */
const FRAME = 18;
/** Height of the package's name above its contents. */
const NAME = 18;
/** The graph grows this much wider than high, as screens are. */
const ASPECT_RATIO = 1.3;
/** How far a box moves before the next try, and in which directions off its own (radians). */
const STEP = 6;
/** Turned by it, each point of a spiral is far from the ones before (radians). */
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));
const TURNS = [0, 0.3, -0.3, 0.6, -0.6, 0.9, -0.9];

type Positions = Readonly<Record<string, Position>>;

/** Return new positions for the nodes that are no frames, by id. */
export function compactLayout(nodes: readonly PictureNode[], positions: Positions): Positions {
  const children = new Map<string | null, PictureNode[]>();
  for (const node of nodes) {
    children.set(node.parent, [...(children.get(node.parent) ?? []), node]);
  }
  const layout = { children, positions, gap: gapFor(nodes.length) };
  const groups = (children.get(null) ?? []).map((node) => buildGroup(node, layout));
  return Object.fromEntries(combine(groups, layout.gap).inside);
}

/** Return positions that need no layout: each package's nodes in a spiral, without overlaps. */
export function arrangeInSpiral(nodes: readonly PictureNode[]): Positions {
  const spread = nodes.map(({ id }, index) => {
    const [distance, angle] = [Math.sqrt(index) * 20, index * GOLDEN_ANGLE];
    return [id, { x: distance * Math.cos(angle), y: distance * Math.sin(angle) }] as const;
  });
  return compactLayout(nodes, Object.fromEntries(spread));
}

interface Layout {
  readonly children: ReadonlyMap<string | null, readonly PictureNode[]>;
  readonly positions: Positions;
  readonly gap: number;
}

function buildGroup(node: PictureNode, layout: Layout): Group {
  const { children, positions, gap } = layout;
  const inside = children.get(node.id);
  if (inside !== undefined) {
    return combine(
      inside.map((child) => buildGroup(child, layout)),
      gap,
    );
  }
  const { x, y } = positions[node.id] ?? { x: 0, y: 0 };
  const { width, height, lift } = node.room;
  return { box: { x, y, width, height }, inside: new Map([[node.id, { x: 0, y: -lift }]]) };
}

/** Move several groups together and return them as one, with a frame. */
function combine(groups: readonly Group[], gap: number): Group {
  const boxes = groups.map(({ box }) => box);
  const { x, y } = boundingBox(boxes);
  placeBoxes(boxes, { x, y }, gap);
  const frame = boundingBox(boxes);
  const inside = new Map<string, Position>();
  for (const group of groups) {
    for (const [id, position] of group.inside) {
      inside.set(id, {
        x: group.box.x + position.x - frame.x,
        y: group.box.y + position.y - frame.y + NAME / 2,
      });
    }
  }
  const box = { x, y, width: frame.width + 2 * FRAME, height: frame.height + 2 * FRAME + NAME };
  return { box, inside };
}

function boundingBox(boxes: readonly Box[]): Box {
  const left = Math.min(...boxes.map((box) => box.x - box.width / 2));
  const right = Math.max(...boxes.map((box) => box.x + box.width / 2));
  const top = Math.min(...boxes.map((box) => box.y - box.height / 2));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height / 2));
  return { x: (left + right) / 2, y: (top + bottom) / 2, width: right - left, height: bottom - top };
}

/**
 * Place the boxes nearest to the middle first: each moves outwards from the middle in its own direction, or
 * one near to it, until it overlaps none that is placed.
 */
function placeBoxes(boxes: readonly Box[], middle: Position, gap: number): void {
  const distance = (box: Box) => Math.hypot((box.x - middle.x) / ASPECT_RATIO, box.y - middle.y);
  const placed: Box[] = [];
  for (const box of boxes.toSorted((a, b) => distance(a) - distance(b))) {
    const angle = Math.atan2(box.y - middle.y, (box.x - middle.x) / ASPECT_RATIO);
    const rooms = TURNS.map((turn) => findRoom(box, middle, angle + turn, { placed, gap }));
    const nearest = rooms.reduce((best, room) => (room.distance < best.distance ? room : best));
    box.x = nearest.x;
    box.y = nearest.y;
    placed.push(box);
  }
}

interface Room extends Position {
  readonly distance: number;
}

interface Obstacles {
  readonly placed: readonly Box[];
  readonly gap: number;
}

function findRoom(box: Box, middle: Position, angle: number, { placed, gap }: Obstacles): Room {
  for (let distance = 0; ; distance += STEP) {
    const x = middle.x + distance * Math.cos(angle) * ASPECT_RATIO;
    const y = middle.y + distance * Math.sin(angle);
    if (!placed.some((other) => overlaps({ ...box, x, y }, other, gap))) {
      return { x, y, distance };
    }
  }
}

function overlaps(a: Box, b: Box, gap: number): boolean {
  return (
    Math.abs(a.x - b.x) < (a.width + b.width) / 2 + gap &&
    Math.abs(a.y - b.y) < (a.height + b.height) / 2 + gap
  );
}
