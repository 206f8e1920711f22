/**
 * Which packages are folded. Never more than 300 nodes are drawn: who unfolds what has more sees as many
 * as there is room for, and one node that counts the rest.
 */

import type { Edge, Node } from "../api/types";
import { isPackage, type Tree, treeOf } from "./module-tree";

/** More than this nobody can read, and no browser arranges quickly. */
export const MOST_DRAWN = 300;
/** As many as can be taken in at a glance: packages unfold by themselves up to here. */
const AT_FIRST = 45;
/** And so many of one package. */
const OF_ONE = 30;
/** The name under which the root is unfolded. */
const ROOT = "*";

export interface Graph {
  readonly nodes: readonly Node[];
  readonly imports: readonly Edge[];
}

/** What somebody folded and unfolded by hand. */
export interface Wishes {
  readonly open: ReadonlySet<string>;
  readonly folded: ReadonlySet<string>;
}

export type Drawn =
  | { readonly is: "module"; readonly id: string; readonly tree: Tree; readonly node: Node }
  | { readonly is: "folded"; readonly id: string; readonly tree: Tree }
  /** An open package, around what is in it. */
  | { readonly is: "open"; readonly id: string; readonly tree: Tree; readonly inside: readonly Drawn[] }
  /** What of an open package found no room. */
  | { readonly is: "rest"; readonly id: string; readonly of: Tree; readonly modules: readonly Node[] };

export interface Arrow {
  readonly from: string;
  readonly to: string;
  /** How many imports it stands for. */
  readonly imports: number;
  /** What is imported: where it is several modules, the worst of them. */
  readonly role: Node["role"];
}

export interface Folding {
  readonly drawn: readonly Drawn[];
  readonly arrows: readonly Arrow[];
  /** How many nodes that is, the frames of open packages among them. */
  readonly count: number;
  readonly folded: readonly (Drawn & { is: "folded" | "rest" })[];
  /** Which node of the picture a module is in. */
  readonly placeOf: ReadonlyMap<string, string>;
}

/** Draw a graph; `centre`: the modules, or packages, that must be seen. */
export function fold(graph: Graph, centre: readonly string[], wishes: Wishes): Folding {
  const tree = treeOf(graph.nodes);
  const weights = weightsOf(graph, centre);
  const room = roomOf(tree, wishes);
  const open = opened(tree, centre, wishes);
  let drawn = insideOf(tree, open, room, weights);
  for (let over = countOf(drawn) - MOST_DRAWN; over > 0; over = countOf(drawn) - MOST_DRAWN) {
    shrink(tree, drawn, open, room, over);
    drawn = insideOf(tree, open, room, weights);
  }
  const placeOf = placesOf(drawn);
  return {
    drawn,
    arrows: arrowsOf(graph, placeOf),
    count: countOf(drawn),
    folded: flat(drawn).filter((one) => one.is === "folded" || one.is === "rest"),
    placeOf,
  };
}

export function idOf(name: string): string {
  return `package ${name}`;
}

export function moduleId(name: string): string {
  return `module ${name}`;
}

/** How many of its children a package shows until somebody asks for all. */
function roomOf(tree: Tree, wishes: Wishes): Map<string, number> {
  const large = [tree, ...packagesOf(tree)].filter(
    ({ name, children }) => children.length > OF_ONE + 1 && !wishes.open.has(name || ROOT),
  );
  return new Map(large.map(({ name }) => [name, OF_ONE]));
}

function packagesOf(tree: Tree): readonly Tree[] {
  const inside = tree.children.filter(isPackage);
  return [...inside, ...inside.flatMap(packagesOf)];
}

/** Under which name it is folded and unfolded. */
export function wishOf(drawn: Drawn): string {
  return (drawn.is === "rest" ? drawn.of.name : drawn.tree.name) || ROOT;
}

/** All that is drawn, frames before what is in them. */
export function flat(drawn: readonly Drawn[]): readonly Drawn[] {
  return drawn.flatMap((one) => (one.is === "open" ? [one, ...flat(one.inside)] : [one]));
}

function countOf(drawn: readonly Drawn[]): number {
  return drawn.reduce((sum, one) => sum + 1 + (one.is === "open" ? countOf(one.inside) : 0), 0);
}

/** The centre's packages, those that are wished, and the smallest of the others while there is room. */
function opened(tree: Tree, centre: readonly string[], wishes: Wishes): Set<string> {
  const open = new Set<string>();
  let count = Math.min(tree.children.length, OF_ONE);
  let edge = tree.children.filter(isPackage);
  while (edge.length > 0) {
    const next = edge.reduce((a, b) => (rank(b, centre, wishes) < rank(a, centre, wishes) ? b : a));
    edge = edge.filter((one) => one !== next);
    const growth = Math.min(next.children.length, OF_ONE) + (next.module === null ? 0 : 1);
    const must = rank(next, centre, wishes) < 0;
    if (!wishes.folded.has(next.name) && (must || count + growth <= AT_FIRST)) {
      open.add(next.name);
      count += growth;
      edge.push(...next.children.filter(isPackage));
    }
  }
  return open;
}

/** Below zero: it opens, whatever room there is. */
function rank(tree: Tree, centre: readonly string[], wishes: Wishes): number {
  if (wishes.open.has(tree.name) || centre.some((name) => name.startsWith(`${tree.name}.`))) {
    return -1;
  }
  return tree.size;
}

function insideOf(
  tree: Tree,
  open: ReadonlySet<string>,
  room: ReadonlyMap<string, number>,
  weights: ReadonlyMap<string, number>,
): readonly Drawn[] {
  const own: Drawn[] =
    tree.module !== null && tree.name !== ""
      ? [{ is: "module", id: moduleId(tree.name), tree, node: tree.module }]
      : [];
  const limit = room.get(tree.name) ?? Number.POSITIVE_INFINITY;
  const ordered =
    tree.children.length <= limit
      ? tree.children
      : tree.children.toSorted((a, b) => weightOf(b, weights) - weightOf(a, weights));
  const shown = ordered
    .slice(0, limit)
    .toSorted((a, b) => (a.label < b.label ? -1 : 1))
    .map((child) => drawnOf(child, open, room, weights));
  const left = ordered.slice(limit).flatMap(modulesOf);
  const rest: Drawn[] =
    left.length === 0 ? [] : [{ is: "rest", id: `rest ${tree.name}`, of: tree, modules: left }];
  return [...own, ...shown, ...rest];
}

function drawnOf(
  tree: Tree,
  open: ReadonlySet<string>,
  room: ReadonlyMap<string, number>,
  weights: ReadonlyMap<string, number>,
): Drawn {
  if (isPackage(tree)) {
    return open.has(tree.name)
      ? { is: "open", id: idOf(tree.name), tree, inside: insideOf(tree, open, room, weights) }
      : { is: "folded", id: idOf(tree.name), tree };
  }
  return { is: "module", id: moduleId(tree.name), tree, node: tree.module as Node };
}

export function modulesOf(tree: Tree): readonly Node[] {
  return [...(tree.module === null ? [] : [tree.module]), ...tree.children.flatMap(modulesOf)];
}

/** Take `over` nodes out of the package that has most of them; if each has one, fold the last. */
function shrink(
  tree: Tree,
  drawn: readonly Drawn[],
  open: Set<string>,
  room: Map<string, number>,
  over: number,
): void {
  const frames = [
    { name: tree.name, children: childrenOf(tree, drawn) },
    ...flat(drawn).flatMap((one) =>
      one.is === "open" ? [{ name: one.tree.name, children: childrenOf(one.tree, one.inside) }] : [],
    ),
  ];
  const largest = frames.reduce((a, b) => (b.children > a.children ? b : a));
  if (largest.children > 1) {
    // One more goes: the rest is a node, too.
    room.set(largest.name, Math.max(1, largest.children - over - 1));
  } else {
    open.delete(frames.at(-1)?.name ?? "");
  }
}

/** Without the package's own module, and without the rest. */
function childrenOf(tree: Tree, inside: readonly Drawn[]): number {
  return inside.filter((one) => one.is !== "rest" && one.id !== moduleId(tree.name)).length;
}

/** What is left out last: the centre, what contracts speak of, and what many import. */
function weightsOf(graph: Graph, centre: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const add = (name: string, weight: number) => found.set(name, (found.get(name) ?? 0) + weight);
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
  return found;
}

function weightOf(tree: Tree, weights: ReadonlyMap<string, number>): number {
  return Math.max(
    weights.get(tree.module?.module ?? "") ?? 0,
    ...tree.children.map((child) => weightOf(child, weights)),
  );
}

function placesOf(drawn: readonly Drawn[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const one of flat(drawn)) {
    const inside =
      one.is === "module"
        ? [one.node]
        : one.is === "folded"
          ? modulesOf(one.tree)
          : one.is === "rest"
            ? one.modules
            : [];
    for (const { module } of inside) {
      found.set(module, one.id);
    }
  }
  return found;
}

const WORST = { deprecated: 2, canonical: 1 } as const;

function arrowsOf(graph: Graph, placeOf: ReadonlyMap<string, string>): readonly Arrow[] {
  const roles = new Map(graph.nodes.map((node) => [node.module, node.role]));
  const found = new Map<string, Arrow>();
  for (const { importer, imported } of graph.imports) {
    const [from, to] = [placeOf.get(importer), placeOf.get(imported)];
    if (from === undefined || to === undefined || from === to) {
      continue;
    }
    const key = `${from}\n${to}`;
    const before = found.get(key);
    const role = worse(before?.role ?? null, roles.get(imported) ?? null);
    found.set(key, { from, to, imports: (before?.imports ?? 0) + 1, role });
  }
  return [...found.values()];
}

function worse(a: Node["role"], b: Node["role"]): Node["role"] {
  return (a === null ? 0 : WORST[a]) >= (b === null ? 0 : WORST[b]) ? a : b;
}
