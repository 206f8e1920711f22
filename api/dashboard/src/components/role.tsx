/** What contracts, and the file system, say of a module. */

import type { Node } from "../api/types";

/** In one word; null: a module as any other. */
export function roleOf({ role, kind }: Node): "deprecated" | "canonical" | "ghost" | "external" | null {
  if (kind === "ghost") {
    return "ghost";
  }
  return role ?? (kind === "external" ? "external" : null);
}

const ABOUT = {
  deprecated: "A contract forbids to import it.",
  canonical: "A contract names it as the replacement.",
  ghost: "It is imported, and does not exist (any more).",
  external: "Somebody else’s package.",
} as const;

export function RoleTag({ node }: { readonly node: Node }) {
  const word = roleOf(node);
  const isBoth = word === "ghost" && node.role === "deprecated";
  return word === null ? null : (
    <>
      {" "}
      {isBoth && (
        <span class="tag deprecated" title={ABOUT.deprecated}>
          deprecated
        </span>
      )}{" "}
      <span class={`tag ${word}`} title={ABOUT[word]}>
        {word}
      </span>
    </>
  );
}
