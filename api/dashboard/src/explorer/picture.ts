/** What is drawn as nodes and edges for Cytoscape, with the room that each takes. */

import { roleOf } from "../components/role";
import { count } from "../text/format";
import { type Arrow, type Drawn, type Folding, moduleId } from "./fold";

export interface PictureNode {
  readonly id: string;
  readonly parent: string | null;
  readonly label: string;
  readonly classes: string;
  /** Of the shape. */
  readonly width: number;
  readonly height: number;
  readonly room: Room;
}

/** What a node takes with the name below it. */
interface Room {
  readonly width: number;
  readonly height: number;
  /** How far the shape's middle is above the room's. */
  readonly lift: number;
}

export interface PictureEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly classes: string;
  /** Of the line, in pixels. */
  readonly width: number;
}

export interface Picture {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
}

const LETTER = 6.9;
const BOLD_LETTER = 7.7;
const LINE = 15;
const BELOW = 3;
const PADDING = 18;
const LONGEST = 28;
/** The more a shape has to be seen, the larger it is. */
const SIZES = { plain: 18, external: 18, ghost: 24, deprecated: 26, canonical: 30 } as const;

export function pictureOf(folding: Folding, centre: readonly string[]): Picture {
  const middle = new Set(centre.map(moduleId));
  return {
    nodes: nodesOf(folding.drawn, null, middle),
    edges: folding.arrows.map((arrow) => edgeOf(arrow, middle)),
  };
}

function nodesOf(
  drawn: readonly Drawn[],
  frame: (Drawn & { is: "open" }) | null,
  middle: ReadonlySet<string>,
): readonly PictureNode[] {
  return drawn.flatMap((one) => {
    const node = nodeOf(one, frame, middle);
    return one.is === "open" ? [node, ...nodesOf(one.inside, one, middle)] : [node];
  });
}

function nodeOf(
  drawn: Drawn,
  frame: (Drawn & { is: "open" }) | null,
  middle: ReadonlySet<string>,
): PictureNode {
  const lines = linesOf(drawn, frame);
  const classes = classesOf(drawn);
  return {
    id: drawn.id,
    parent: frame?.id ?? null,
    label: lines.join("\n"),
    classes: [...classes, ...(middle.has(drawn.id) ? ["centre"] : [])].join(" "),
    ...shapeOf(drawn, lines),
  };
}

function shapeOf(
  drawn: Drawn,
  lines: readonly string[],
): Pick<PictureNode, "width" | "height" | "room"> {
  const letters = Math.max(...lines.map((line) => line.length));
  const height = lines.length * LINE;
  if (drawn.is !== "module") {
    const box = { width: letters * LETTER + PADDING, height: height + PADDING / 2 };
    return { ...box, room: { ...box, lift: 0 } };
  }
  const role = roleOf(drawn.node);
  const size = SIZES[role ?? "plain"];
  const wide = letters * (role === null ? LETTER : BOLD_LETTER);
  const below = BELOW + height;
  const room = { width: Math.max(size, wide), height: size + below, lift: below / 2 };
  return { width: size, height: size, room };
}

function classesOf(drawn: Drawn): readonly string[] {
  if (drawn.is !== "module") {
    return [drawn.is];
  }
  const role = roleOf(drawn.node);
  return [
    "module",
    role ?? "plain",
    ...(role === "ghost" && drawn.node.role === "deprecated" ? ["deprecated"] : []),
  ];
}

function linesOf(drawn: Drawn, frame: (Drawn & { is: "open" }) | null): readonly string[] {
  switch (drawn.is) {
    case "open":
      return [shortened(drawn.tree.label)];
    case "folded":
      return [shortened(drawn.tree.label), `${count(drawn.tree.size)} modules`];
    case "rest":
      return [`${count(drawn.modules.length)} more`];
    case "module": {
      const own = frame !== null && frame.tree.name === drawn.node.module;
      const name = own ? "__init__" : shortened(drawn.tree.label);
      const role = roleOf(drawn.node);
      const isBoth = role === "ghost" && drawn.node.role === "deprecated";
      return role === null ? [name] : [name, isBoth ? "deprecated ghost" : role];
    }
  }
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

function edgeOf({ from, to, imports, role }: Arrow, middle: ReadonlySet<string>): PictureEdge {
  const isNear = middle.has(from) || middle.has(to);
  return {
    id: `${from} → ${to}`,
    source: from,
    target: to,
    // Between others they are drawn, but do not stand out.
    classes: `${role ?? "plain"}${isNear ? " near" : ""}`,
    width: 1 + Math.min(5, Math.log2(imports)),
  };
}
