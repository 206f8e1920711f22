/** Modules as a tree of packages. */

import type { Node } from "../api/types";

/** A module, or a package with everything below it. */
export interface Tree {
  /** The full dotted name; empty for the root, which is no package. */
  readonly name: string;
  /** Its name within the package around it. */
  readonly label: string;
  /** The module of this name, or null if the graph has none. */
  readonly module: Node | null;
  readonly children: readonly Tree[];
  /** The number of modules in it, its own included. */
  readonly size: number;
}

interface TreeBuilder {
  module: Node | null;
  readonly children: Map<string, TreeBuilder>;
}

export function buildTree(nodes: readonly Node[]): Tree {
  const root: TreeBuilder = { module: null, children: new Map() };
  for (const node of nodes) {
    let parent = root;
    for (const part of node.module.split(".")) {
      const next = parent.children.get(part) ?? { module: null, children: new Map() };
      parent.children.set(part, next);
      parent = next;
    }
    parent.module = node;
  }
  return toTree(root, "", "");
}

/** Build the tree; a package that holds only one package is joined with it: `shop.checkout`. */
function toTree({ module, children }: TreeBuilder, name: string, label: string): Tree {
  const [only] = children;
  if (name !== "" && module === null && children.size === 1 && only !== undefined) {
    const [part, child] = only;
    return toTree(child, `${name}.${part}`, `${label}.${part}`);
  }
  const trees = [...children].map(([part, child]) =>
    toTree(child, name === "" ? part : `${name}.${part}`, part),
  );
  const size = trees.reduce((sum, tree) => sum + tree.size, module === null ? 0 : 1);
  return { name, label, module, children: trees.toSorted(compareLabels), size };
}

function compareLabels(a: Tree, b: Tree): number {
  return a.label < b.label ? -1 : 1;
}

export function isPackage(tree: Tree): boolean {
  return tree.children.length > 0;
}
