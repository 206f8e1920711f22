/** A module's role: what the contracts and the file system say about it. */

import type { Node } from "../api/types";

/** Return the role as one word, or null for an ordinary module. */
export function describeRole({
  role,
  kind,
}: Node): "deprecated" | "canonical" | "ghost" | "external" | null {
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
  const word = describeRole(node);
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
