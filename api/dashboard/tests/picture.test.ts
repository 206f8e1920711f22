import assert from "node:assert/strict";
import { test } from "node:test";
import type { Node } from "../src/api/types";
import { foldGraph } from "../src/explorer/fold";
import { buildPicture, type Picture } from "../src/explorer/picture";
import { edge, names, node, nodes } from "./builders";

const NO_CHOICES = { open: new Set<string>(), folded: new Set<string>() };

function picture(
  graphNodes: readonly Node[],
  imports: readonly [string, string][] = [],
  centre = "",
): Picture {
  const graph = { nodes: graphNodes, imports: imports.map(([a, b]) => edge(a, b)) };
  const centres = centre === "" ? [] : [centre];
  return buildPicture(foldGraph(graph, centres, NO_CHOICES), centres);
}

function find(drawn: Picture, id: string) {
  const found = drawn.nodes.find((candidate) => candidate.id === id);
  assert.ok(found, `no node ${id}`);
  return found;
}

for (const [about, rest, label, classes] of [
  ["an ordinary module", {}, "x", "module plain"],
  ["a deprecated module", { role: "deprecated" }, "x\ndeprecated", "module deprecated"],
  ["a canonical module", { role: "canonical" }, "x\ncanonical", "module canonical"],
  ["an external package", { kind: "external" }, "x\nexternal", "module external"],
  ["a ghost", { kind: "ghost" }, "x\nghost", "module ghost"],
  [
    "a deprecated ghost",
    { kind: "ghost", role: "deprecated" },
    "x\ndeprecated ghost",
    "module ghost deprecated",
  ],
] as const) {
  test(`${about} is recognisable by its label and its classes`, () => {
    const drawn = find(picture([node("x", rest)]), "module x");

    assert.equal(drawn.label, label);
    assert.equal(drawn.classes, classes);
  });
}

test("nodes are inside the frames of their packages, and a package's own module is __init__", () => {
  const drawn = picture(nodes("shop", "shop.cart", "shop.pay"));

  assert.equal(find(drawn, "package shop").parent, null);
  assert.equal(find(drawn, "module shop.cart").parent, "package shop");
  assert.equal(find(drawn, "module shop").label, "__init__");
  assert.equal(find(drawn, "module shop").parent, "package shop");
});

test("folded packages and the rest say how many modules they hold", () => {
  const drawn = picture(nodes(...names("a", 40), ...names("b", 1200)), [], "a.m00");

  assert.equal(find(drawn, "package b").label, "b\n1,200 modules");
  assert.equal(find(drawn, "rest a").label, "10 more");
});

test("a name of more than 28 characters is shortened", () => {
  const drawn = picture(nodes("x".repeat(28), "y".repeat(29)));

  assert.equal(find(drawn, `module ${"x".repeat(28)}`).label, "x".repeat(28));
  assert.equal(find(drawn, `module ${"y".repeat(29)}`).label, `${"y".repeat(27)}…`);
});

test("the centre is marked, and so are the edges that touch it", () => {
  const drawn = picture(
    nodes("a", "b", "c"),
    [
      ["a", "b"],
      ["b", "c"],
    ],
    "a",
  );

  assert.equal(find(drawn, "module a").classes, "module plain centre");
  assert.deepEqual(
    drawn.edges.map(({ id, classes }) => [id, classes]),
    [
      ["module a → module b", "plain near"],
      ["module b → module c", "plain"],
    ],
  );
});

test("an edge grows with the number of imports it stands for, up to 6 pixels", () => {
  const widths = [1, 8, 200].map((count) => {
    const modules = names("a", count);
    const graph = {
      nodes: nodes(...modules, "b.x"),
      imports: modules.map((importer) => edge(importer, "b.x")),
    };
    const folded = foldGraph(graph, [], { open: new Set<string>(), folded: new Set(["a"]) });
    return buildPicture(folded, []).edges[0]?.width;
  });

  assert.deepEqual(widths, [1, 4, 6]);
});

test("a node has room for its shape and for the label below it", () => {
  const { width, height, room } = find(picture([node("x", { role: "canonical" })]), "module x");

  assert.deepEqual([width, height], [30, 30]);
  // Two lines of 15 pixels, 3 pixels below the shape.
  assert.equal(room.height, 30 + 3 + 30);
  assert.equal(room.lift, 33 / 2);
  assert.ok(Math.abs(room.width - "canonical".length * 7.7) < 1e-9);
});
