/** Modules as the packages that hold them. */

import type { Node } from "../api/types";

/** A module, or a package with what is below it. */
export interface Tree {
  /** The whole dotted name; empty: the root, which is no package. */
  readonly name: string;
  /** Its name within the package that is drawn around it. */
  readonly label: string;
  /** The module of this name, if the graph has one. */
  readonly module: Node | null;
  readonly children: readonly Tree[];
  /** How many modules it holds, its own among them. */
  readonly size: number;
}

interface Growing {
  module: Node | null;
  readonly children: Map<string, Growing>;
}

export function treeOf(nodes: readonly Node[]): Tree {
  const root: Growing = { module: null, children: new Map() };
  for (const node of nodes) {
    let at = root;
    for (const part of node.module.split(".")) {
      const next = at.children.get(part) ?? { module: null, children: new Map() };
      at.children.set(part, next);
      at = next;
    }
    at.module = node;
  }
  return grown(root, "", "");
}

/** A package that holds one package and nothing else is drawn as one with it: `shop.checkout`. */
function grown({ module, children }: Growing, name: string, label: string): Tree {
  const [only] = children;
  if (name !== "" && module === null && children.size === 1 && only !== undefined) {
    const [part, child] = only;
    return grown(child, `${name}.${part}`, `${label}.${part}`);
  }
  const found = [...children].map(([part, child]) =>
    grown(child, name === "" ? part : `${name}.${part}`, part),
  );
  const size = found.reduce((sum, child) => sum + child.size, module === null ? 0 : 1);
  return { name, label, module, children: found.toSorted(byLabel), size };
}

function byLabel(a: Tree, b: Tree): number {
  return a.label < b.label ? -1 : 1;
}

export function isPackage(tree: Tree): boolean {
  return tree.children.length > 0;
}
