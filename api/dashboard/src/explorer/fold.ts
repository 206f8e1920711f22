/**
 * Decide which packages are folded, so that never more than `MAX_DRAWN` nodes are drawn. An open package that
 * has more children than fit shows the most important ones and one node that counts the rest.
 */

import type { Edge, Node } from "../api/types";
import { buildTree, isPackage, type Tree } from "./module-tree";

/** More nodes than this cannot be read, nor arranged quickly. */
export const MAX_DRAWN = 300;
/** Packages open by themselves while no more nodes than this are drawn. */
const OPEN_AT_FIRST = 45;
/** The children that a package shows until the user asks for all of them. */
const MAX_CHILDREN = 30;
/** The name of the root among the packages that the user opened. */
const ROOT_NAME = "*";

export interface Graph {
  readonly nodes: readonly Node[];
  readonly imports: readonly Edge[];
}

/** The packages that the user opened and folded. */
export interface FoldChoices {
  readonly open: ReadonlySet<string>;
  readonly folded: ReadonlySet<string>;
}

export type GraphItem =
  | { readonly type: "module"; readonly id: string; readonly tree: Tree; readonly node: Node }
  | { readonly type: "folded"; readonly id: string; readonly tree: Tree }
  /** An open package, drawn as a frame around its items. */
  | { readonly type: "open"; readonly id: string; readonly tree: Tree; readonly inside: Items }
  /** The modules of an open package for which there was no room. */
  | { readonly type: "rest"; readonly id: string; readonly of: Tree; readonly modules: readonly Node[] };

export type Items = readonly GraphItem[];
export type OpenPackage = Extract<GraphItem, { type: "open" }>;
/** Every item that can be opened or folded. */
export type PackageItem = Exclude<GraphItem, { type: "module" }>;
/** An item that stands for modules that are not drawn one by one. */
export type HiddenModules = Extract<GraphItem, { type: "folded" | "rest" }>;

export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** How many imports it stands for. */
  readonly imports: number;
  /** The role of the imported module; of several modules, the worst role. */
  readonly role: Node["role"];
}

export interface FoldedGraph {
  readonly items: Items;
  readonly arrows: readonly Arrow[];
  /** The number of nodes drawn, frames of open packages included. */
  readonly count: number;
  readonly hidden: readonly HiddenModules[];
  /** The id of the item that shows each module. */
  readonly itemOfModule: ReadonlyMap<string, string>;
}

/** What decides how a package is drawn. */
interface Rules {
  readonly open: Set<string>;
  /** The number of children that a package may show; without an entry, all. */
  readonly limits: Map<string, number>;
  readonly weights: ReadonlyMap<string, number>;
}

/** Fold a graph; `centre` names the modules or packages that must be visible. */
export function foldGraph(graph: Graph, centre: readonly string[], choices: FoldChoices): FoldedGraph {
  const tree = buildTree(graph.nodes);
  const rules = {
    open: choosePackagesToOpen(tree, centre, choices),
    limits: limitChildren(tree, choices),
    weights: computeWeights(graph, centre),
  };
  let items = itemsInside(tree, rules);
  for (let excess = countItems(items) - MAX_DRAWN; excess > 0; excess = countItems(items) - MAX_DRAWN) {
    shrink(tree, items, rules, excess);
    items = itemsInside(tree, rules);
  }
  const itemOfModule = mapModulesToItems(items);
  return {
    items,
    arrows: buildArrows(graph, itemOfModule),
    count: countItems(items),
    hidden: flatten(items).filter((item) => item.type === "folded" || item.type === "rest"),
    itemOfModule,
  };
}

export function packageId(name: string): string {
  return `package ${name}`;
}

export function moduleId(name: string): string {
  return `module ${name}`;
}

function limitChildren(tree: Tree, choices: FoldChoices): Map<string, number> {
  const large = [tree, ...packagesInside(tree)].filter(
    ({ name, children }) => children.length > MAX_CHILDREN + 1 && !choices.open.has(name || ROOT_NAME),
  );
  return new Map(large.map(({ name }) => [name, MAX_CHILDREN]));
}

function packagesInside(tree: Tree): readonly Tree[] {
  const inside = tree.children.filter(isPackage);
  return [...inside, ...inside.flatMap(packagesInside)];
}

/** Return the name by which the user folds and opens an item. */
export function foldName(item: GraphItem): string {
  return (item.type === "rest" ? item.of.name : item.tree.name) || ROOT_NAME;
}

/** Return all items, frames before what is inside them. */
export function flatten(items: Items): Items {
  return items.flatMap((item) => (item.type === "open" ? [item, ...flatten(item.inside)] : [item]));
}

function countItems(items: Items): number {
  return flatten(items).length;
}

/** Open the packages around the centre, those that the user opened, then the smallest while there is room. */
function choosePackagesToOpen(tree: Tree, centre: readonly string[], choices: FoldChoices): Set<string> {
  const open = new Set<string>();
  let count = Math.min(tree.children.length, MAX_CHILDREN);
  let candidates = tree.children.filter(isPackage);
  while (candidates.length > 0) {
    const next = candidates.reduce((a, b) =>
      openingRank(b, centre, choices) < openingRank(a, centre, choices) ? b : a,
    );
    candidates = candidates.filter((candidate) => candidate !== next);
    const growth = Math.min(next.children.length, MAX_CHILDREN) + (next.module === null ? 0 : 1);
    const mustOpen = openingRank(next, centre, choices) < 0;
    if (!choices.folded.has(next.name) && (mustOpen || count + growth <= OPEN_AT_FIRST)) {
      open.add(next.name);
      count += growth;
      candidates.push(...next.children.filter(isPackage));
    }
  }
  return open;
}

/** Return the order in which packages open; below zero, the package opens even without room. */
function openingRank(tree: Tree, centre: readonly string[], choices: FoldChoices): number {
  if (choices.open.has(tree.name) || centre.some((name) => name.startsWith(`${tree.name}.`))) {
    return -1;
  }
  return tree.size;
}

function itemsInside(tree: Tree, rules: Rules): Items {
  const own: Items =
    tree.module !== null && tree.name !== ""
      ? [{ type: "module", id: moduleId(tree.name), tree, node: tree.module }]
      : [];
  const limit = rules.limits.get(tree.name) ?? Number.POSITIVE_INFINITY;
  const ordered =
    tree.children.length <= limit
      ? tree.children
      : tree.children.toSorted((a, b) => heaviest(b, rules.weights) - heaviest(a, rules.weights));
  const visible = ordered
    .slice(0, limit)
    .toSorted((a, b) => (a.label < b.label ? -1 : 1))
    .map((child) => buildItem(child, rules));
  const modules = ordered.slice(limit).flatMap(modulesInside);
  const rest: Items =
    modules.length === 0 ? [] : [{ type: "rest", id: `rest ${tree.name}`, of: tree, modules }];
  return [...own, ...visible, ...rest];
}

function buildItem(tree: Tree, rules: Rules): GraphItem {
  if (isPackage(tree)) {
    return rules.open.has(tree.name)
      ? { type: "open", id: packageId(tree.name), tree, inside: itemsInside(tree, rules) }
      : { type: "folded", id: packageId(tree.name), tree };
  }
  return { type: "module", id: moduleId(tree.name), tree, node: tree.module as Node };
}

/** Return every module of a package, its own included. */
export function modulesInside(tree: Tree): readonly Node[] {
  return [...(tree.module === null ? [] : [tree.module]), ...tree.children.flatMap(modulesInside)];
}

/** Return how many modules an item hides. */
export function countHidden(item: HiddenModules): number {
  return item.type === "rest" ? item.modules.length : item.tree.size;
}

/** Take `excess` nodes out of the package that shows the most; if each shows one, fold the last package. */
function shrink(tree: Tree, items: Items, { open, limits }: Rules, excess: number): void {
  const frames = [
    { name: tree.name, children: countChildren(tree, items) },
    ...flatten(items).flatMap((item) =>
      item.type === "open"
        ? [{ name: item.tree.name, children: countChildren(item.tree, item.inside) }]
        : [],
    ),
  ];
  const largest = frames.reduce((a, b) => (b.children > a.children ? b : a));
  if (largest.children > 1) {
    // One more, because the rest is a node as well.
    limits.set(largest.name, Math.max(1, largest.children - excess - 1));
  } else {
    open.delete(frames.at(-1)?.name ?? "");
  }
}

/** Count the children shown, without the package's own module and the rest. */
function countChildren(tree: Tree, inside: Items): number {
  return inside.filter((item) => item.type !== "rest" && item.id !== moduleId(tree.name)).length;
}

/** Return how important each module is: the centre, then roles and ghosts, then the number of imports. */
function computeWeights(graph: Graph, centre: readonly string[]): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  const add = (name: string, weight: number) => weights.set(name, (weights.get(name) ?? 0) + weight);
  for (const { importer, imported } of graph.imports) {
    add(importer, 1);
    add(imported, 1);
  }
  for (const { module, role, kind } of graph.nodes) {
    add(module, role !== null ? 1e6 : kind === "ghost" ? 1e5 : 0);
    if (centre.some((name) => module === name || module.startsWith(`${name}.`))) {
      add(module, 1e9);
    }
  }
  return weights;
}

function heaviest(tree: Tree, weights: ReadonlyMap<string, number>): number {
  return Math.max(
    weights.get(tree.module?.module ?? "") ?? 0,
    ...tree.children.map((child) => heaviest(child, weights)),
  );
}

function mapModulesToItems(items: Items): ReadonlyMap<string, string> {
  return new Map(
    flatten(items).flatMap((item) =>
      modulesShownBy(item).map(({ module }) => [module, item.id] as const),
    ),
  );
}

function modulesShownBy(item: GraphItem): readonly Node[] {
  switch (item.type) {
    case "module":
      return [item.node];
    case "folded":
      return modulesInside(item.tree);
    case "rest":
      return item.modules;
    case "open":
      return []; // the items inside show them
  }
}

const SEVERITY = { deprecated: 2, canonical: 1 } as const;

function buildArrows(graph: Graph, itemOfModule: ReadonlyMap<string, string>): readonly Arrow[] {
  const roles = new Map(graph.nodes.map((node) => [node.module, node.role]));
  const arrows = new Map<string, Arrow>();
  for (const { importer, imported } of graph.imports) {
    const [from, to] = [itemOfModule.get(importer), itemOfModule.get(imported)];
    if (from === undefined || to === undefined || from === to) {
      continue;
    }
    const key = `${from}\n${to}`;
    const before = arrows.get(key);
    const role = worseRole(before?.role ?? null, roles.get(imported) ?? null);
    arrows.set(key, { from, to, imports: (before?.imports ?? 0) + 1, role });
  }
  return [...arrows.values()];
}

function worseRole(a: Node["role"], b: Node["role"]): Node["role"] {
  return (a === null ? 0 : SEVERITY[a]) >= (b === null ? 0 : SEVERITY[b]) ? a : b;
}
