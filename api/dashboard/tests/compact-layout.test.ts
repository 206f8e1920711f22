import assert from "node:assert/strict";
import { test } from "node:test";
import { compactLayout } from "../src/explorer/compact-layout";
import type { PictureNode } from "../src/explorer/picture";

type Positions = Parameters<typeof compactLayout>[1];

function box(id: string, width: number, height: number, parent: string | null = null): PictureNode {
  const room = { width, height, lift: 0 };
  return { id, parent, label: id, classes: "", width, height, room };
}

function at(positions: Positions, id: string) {
  const position = positions[id];
  assert.ok(position, `no position of ${id}`);
  return position;
}

/** Assert that the rooms of all nodes are at least `gap` apart, horizontally or vertically. */
function assertApart(nodes: readonly PictureNode[], positions: Positions, gap: number): void {
  for (const [index, a] of nodes.entries()) {
    for (const b of nodes.slice(index + 1)) {
      const across = Math.abs(at(positions, a.id).x - at(positions, b.id).x) - (a.width + b.width) / 2;
      const down = Math.abs(at(positions, a.id).y - at(positions, b.id).y) - (a.height + b.height) / 2;
      assert.ok(Math.max(across, down) > gap - 1e-6, `${a.id} and ${b.id} are too close`);
    }
  }
}

test("nodes on top of each other are moved 30 pixels apart", () => {
  const nodes = Array.from({ length: 24 }, (_, index) => box(`n${index}`, 40, 20));
  const positions = Object.fromEntries(nodes.map(({ id }) => [id, { x: 5, y: 5 }]));

  assertApart(nodes, compactLayout(nodes, positions), 30);
});

test("in a graph of more than 24 nodes they are 12 pixels apart", () => {
  const nodes = Array.from({ length: 60 }, (_, index) => box(`n${index}`, 40 + index, 20));
  const positions = Object.fromEntries(
    nodes.map(({ id }, index) => [id, { x: (index * 37) % 101, y: (index * 53) % 89 }]),
  );

  assertApart(nodes, compactLayout(nodes, positions), 12);
});

test("nodes far apart are brought together, and keep their sides", () => {
  const nodes = [box("left", 20, 20), box("middle", 20, 20), box("right", 20, 20)];
  const positions = { left: { x: -5000, y: 0 }, middle: { x: 0, y: 0 }, right: { x: 5000, y: 0 } };

  const compact = compactLayout(nodes, positions);

  assertApart(nodes, compact, 30);
  assert.ok(at(compact, "left").x < at(compact, "middle").x);
  assert.ok(at(compact, "middle").x < at(compact, "right").x);
  // Three boxes and two gaps of at least 30 pixels, rounded up to the next step of 6 · 1.3 pixels each.
  assert.ok(at(compact, "right").x - at(compact, "left").x < 2 * (20 + 30 + 6 * 1.3) + 1e-6);
});

test("only nodes that are no frames get positions", () => {
  const nodes = [box("shop", 0, 0), box("cart", 20, 20, "shop"), box("pay", 20, 20, "shop")];
  const positions = { cart: { x: 0, y: 0 }, pay: { x: 1, y: 0 } };

  assert.deepEqual(Object.keys(compactLayout(nodes, positions)).sort(), ["cart", "pay"]);
});

test("packages on top of each other are separated with their contents", () => {
  const inside = ["a", "b"].flatMap((name) =>
    Array.from({ length: 4 }, (_, index) => box(`${name}${index}`, 30, 30, name)),
  );
  const nodes = [box("a", 0, 0), box("b", 0, 0), ...inside];
  const positions = Object.fromEntries(inside.map(({ id }, index) => [id, { x: index, y: 0 }]));

  const compact = compactLayout(nodes, positions);

  assertApart(inside, compact, 30);
  const [a, b] = ["a", "b"].map((name) => {
    const members = inside.filter(({ parent }) => parent === name).map(({ id }) => at(compact, id));
    const xs = members.map(({ x }) => x);
    const ys = members.map(({ y }) => y);
    return {
      left: Math.min(...xs) - 15,
      right: Math.max(...xs) + 15,
      top: Math.min(...ys) - 15,
      bottom: Math.max(...ys) + 15,
    };
  });
  assert.ok(a && b);
  // Both frames have 18 pixels of padding, and at least 30 pixels are between them.
  const across = Math.max(b.left - a.right, a.left - b.right);
  const down = Math.max(b.top - a.bottom, a.top - b.bottom);
  assert.ok(Math.max(across, down) > 2 * 18 + 30 - 1e-6);
});

test("a shape stands above the middle of its room, where the label is below it", () => {
  const room = { width: 20, height: 60, lift: 15 };
  const lifted = { ...box("x", 20, 20), room };

  const { x, y } = at(compactLayout([lifted], { x: { x: 100, y: 100 } }), "x");

  // A single node is in the middle of a frame whose upper 18 pixels are for a name.
  assert.deepEqual([x, y], [0, -15 + 18 / 2]);
});
