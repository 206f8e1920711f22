import assert from "node:assert/strict";
import { test } from "node:test";
import { type FoldedGraph, flatten, foldGraph, foldName, type GraphItem } from "../src/explorer/fold";
import { edge, names, node, nodes } from "./builders";

const NO_CHOICES = { open: new Set<string>(), folded: new Set<string>() };

function open(...packages: readonly string[]) {
  return { open: new Set(packages), folded: new Set<string>() };
}

function ids(items: readonly GraphItem[]): readonly string[] {
  return items.map(({ id }) => id);
}

/** Return the ids of all packages of a type. */
function packages(folded: FoldedGraph, type: "open" | "folded"): readonly string[] {
  return ids(flatten(folded.items).filter((item) => item.type === type));
}

function rest(folded: FoldedGraph) {
  return folded.hidden.flatMap((item) => (item.type === "rest" ? [item] : []));
}

function insideFirst(folded: FoldedGraph): readonly GraphItem[] {
  const [first] = folded.items;
  assert.ok(first?.type === "open");
  return first.inside;
}

test("a small package is open, with its modules inside in alphabetical order", () => {
  const graph = { nodes: nodes("shop.pay", "shop.cart"), imports: [] };

  const folded = foldGraph(graph, ["shop.cart"], NO_CHOICES);

  assert.deepEqual(ids(folded.items), ["package shop"]);
  assert.deepEqual(ids(insideFirst(folded)), ["module shop.cart", "module shop.pay"]);
  assert.equal(folded.count, 3);
  assert.deepEqual(folded.hidden, []);
});

test("a package that holds only one package is joined with it", () => {
  const folded = foldGraph({ nodes: nodes("a.b.c.x", "a.b.c.y"), imports: [] }, [], NO_CHOICES);

  assert.deepEqual(packages(folded, "open"), ["package a.b.c"]);
});

test("a package with a module of its own is not joined, and shows that module first", () => {
  const folded = foldGraph({ nodes: nodes("a.b", "a.b.x", "a.b.y"), imports: [] }, [], NO_CHOICES);

  assert.deepEqual(packages(folded, "open"), ["package a.b"]);
  assert.deepEqual(ids(insideFirst(folded)), ["module a.b", "module a.b.x", "module a.b.y"]);
});

test("packages open from the smallest while at most 45 nodes are drawn", () => {
  // Three packages, 21 more, 21 more: 45.
  const full = [...names("a", 21), ...names("b", 21), ...names("c", 30)];
  const over = [...names("a", 21), ...names("b", 22), ...names("c", 30)];

  const exactly45 = foldGraph({ nodes: nodes(...full), imports: [] }, [], NO_CHOICES);
  const would46 = foldGraph({ nodes: nodes(...over), imports: [] }, [], NO_CHOICES);

  assert.deepEqual(packages(exactly45, "open"), ["package a", "package b"]);
  assert.equal(exactly45.count, 45);
  assert.deepEqual(packages(would46, "open"), ["package a"]);
  assert.deepEqual(packages(would46, "folded"), ["package b", "package c"]);
});

test("the package around the centre opens before a smaller one", () => {
  const graph = { nodes: nodes(...names("a", 25), ...names("b", 26)), imports: [] };

  assert.deepEqual(packages(foldGraph(graph, [], NO_CHOICES), "open"), ["package a"]);
  assert.deepEqual(packages(foldGraph(graph, ["b.m00"], NO_CHOICES), "open"), ["package b"]);
});

test("the user opens a package for which there is no room, and folds the one around the centre", () => {
  const graph = { nodes: nodes(...names("a", 25), ...names("b", 26)), imports: [] };

  const opened = foldGraph(graph, ["a.m00"], open("b"));
  const closed = foldGraph(graph, ["a.m00"], { open: new Set(), folded: new Set(["a"]) });

  assert.deepEqual(packages(opened, "open"), ["package a", "package b"]);
  assert.deepEqual(packages(closed, "folded"), ["package a"]);
});

test("a package shows its 30 most important children and counts the rest", () => {
  const modules = nodes(...names("p", 36));
  const graph = {
    nodes: [
      ...modules,
      node("p.m36", { kind: "ghost" }),
      node("p.m37", { role: "deprecated" }),
      node("p.m38"),
    ],
    imports: [edge("p.m38", "p.m35"), edge("p.m34", "p.m35")],
  };

  const folded = foldGraph(graph, ["p.m33"], NO_CHOICES);

  // The centre, the deprecated module, the ghost, and three modules that import or are imported;
  // then, of equal weight, the first 24.
  const expected = [...names("p", 24), "p.m33", "p.m34", "p.m35", "p.m36", "p.m37", "p.m38"];
  assert.deepEqual(ids(insideFirst(folded)), [...expected.map((name) => `module ${name}`), "rest p"]);
  const [counted] = rest(folded);
  assert.equal(counted?.modules.length, 9);
  assert.equal(folded.itemOfModule.get("p.m24"), "rest p");
});

test("31 children are shown without a rest, because the rest would be the 31st node", () => {
  const shown = foldGraph({ nodes: nodes(...names("p", 31)), imports: [] }, ["p.m00"], NO_CHOICES);
  const cut = foldGraph({ nodes: nodes(...names("p", 32)), imports: [] }, ["p.m00"], NO_CHOICES);

  assert.equal(rest(shown).length, 0);
  assert.equal(shown.count, 32);
  assert.equal(rest(cut)[0]?.modules.length, 2);
});

test("a package with 2,000 modules that the user opens is drawn as exactly 300 nodes", () => {
  const importers = Array.from({ length: 1999 }, (_, index) => `flat.m${index}`);
  const graph = {
    nodes: nodes("flat.hub", ...importers),
    imports: importers.map((importer) => edge(importer, "flat.hub")),
  };

  const folded = foldGraph(graph, ["flat.hub"], open("flat"));

  // The frame, 298 modules and the rest.
  assert.equal(folded.count, 300);
  assert.equal(rest(folded)[0]?.modules.length, 2000 - 298);
  assert.equal(folded.itemOfModule.get("flat.hub"), "module flat.hub");
});

test("whatever the user opens, at most 300 nodes are drawn and every module is in one of them", () => {
  const folders = Array.from({ length: 200 }, (_, index) => `deep.p${index}`);
  const modules = folders.flatMap((folder) => [folder, ...names(folder, 10)]);
  const graph = {
    nodes: nodes("deep.core.hub", ...modules),
    imports: modules.map((importer) => edge(importer, "deep.core.hub")),
  };

  for (const count of [0, 1, 5, 20, 100, 200]) {
    const choices = open("deep", ...folders.slice(0, count));
    const folded = foldGraph(graph, ["deep.core.hub"], choices);
    const drawn = flatten(folded.items);

    assert.equal(folded.count, drawn.length);
    assert.ok(folded.count <= 300, `${count} opened: ${folded.count} nodes`);
    assert.equal(folded.itemOfModule.size, graph.nodes.length);
    assert.equal(new Set(ids(drawn)).size, drawn.length);
    assert.equal(folded.itemOfModule.get("deep.core.hub"), "module deep.core.hub");
  }
});

test("imports between folded packages are one arrow with the worst role of what is imported", () => {
  const graph = {
    nodes: [
      ...nodes("a.x", "a.y", "b.plain"),
      node("b.new", { role: "canonical" }),
      node("b.old", { role: "deprecated" }),
    ],
    imports: [edge("a.x", "b.plain"), edge("a.x", "b.old"), edge("a.y", "b.new"), edge("a.x", "a.y")],
  };
  const choices = { open: new Set<string>(), folded: new Set(["a", "b"]) };

  const { arrows } = foldGraph(graph, [], choices);

  assert.deepEqual(arrows, [{ from: "package a", to: "package b", imports: 3, role: "deprecated" }]);
});

test("a module that imports itself, or one that is not in the graph, has no arrow", () => {
  const graph = { nodes: nodes("a.x"), imports: [edge("a.x", "a.x"), edge("a.x", "elsewhere")] };

  assert.deepEqual(foldGraph(graph, [], NO_CHOICES).arrows, []);
});

test("the rest of the top level is opened by the name *", () => {
  const folded = foldGraph(
    { nodes: nodes(...names("x", 1), ...topLevel(40)), imports: [] },
    [],
    NO_CHOICES,
  );

  const [counted] = rest(folded);
  assert.ok(counted);
  assert.equal(foldName(counted), "*");
  assert.equal(counted.modules.length, 11);
  assert.deepEqual(rest(foldGraph({ nodes: nodes(...topLevel(40)), imports: [] }, [], open("*"))), []);
});

function topLevel(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `top${index}`);
}
