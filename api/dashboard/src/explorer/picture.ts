/** The nodes and edges for Cytoscape, with the room that each node takes. */

import { describeRole } from "../components/role";
import { formatNumber } from "../text/format";
import {
  type Arrow,
  type FoldedGraph,
  type GraphItem,
  type Items,
  moduleId,
  type OpenPackage,
} from "./fold";

export interface PictureNode {
  readonly id: string;
  readonly parent: string | null;
  readonly label: string;
  readonly classes: string;
  /** Size of the shape, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly room: Room;
}

/** Size of a node together with the name below it, in pixels. */
interface Room {
  readonly width: number;
  readonly height: number;
  /** How far the middle of the shape is above the middle of the room. */
  readonly lift: number;
}

export interface PictureEdge {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly classes: string;
  /** Width of the line, in pixels. */
  readonly width: number;
}

export interface Picture {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
}

const LETTER_WIDTH = 6.9;
const BOLD_LETTER_WIDTH = 7.7;
const LINE_HEIGHT = 15;
const LABEL_GAP = 3;
const PADDING = 18;
const MAX_LABEL = 28;
/** Among more arrows than this, those that are neither the centre's nor about a role are faint. */
const MANY_ARROWS = 60;
/** Sizes of the shapes in pixels: important ones are larger. */
const SIZES = { plain: 18, external: 18, ghost: 24, deprecated: 26, canonical: 30 } as const;

export function buildPicture(graph: FoldedGraph, centre: readonly string[]): Picture {
  const centreIds = new Set(centre.map(moduleId));
  const isCrowded = graph.arrows.length > MANY_ARROWS;
  return {
    nodes: buildNodes(graph.items, null, centreIds),
    edges: graph.arrows.map((arrow) => buildEdge(arrow, centreIds, isCrowded)),
  };
}

function buildNodes(
  items: Items,
  frame: OpenPackage | null,
  centreIds: ReadonlySet<string>,
): readonly PictureNode[] {
  return items.flatMap((item) => {
    const node = buildNode(item, frame, centreIds);
    return item.type === "open" ? [node, ...buildNodes(item.inside, item, centreIds)] : [node];
  });
}

function buildNode(
  item: GraphItem,
  frame: OpenPackage | null,
  centreIds: ReadonlySet<string>,
): PictureNode {
  const lines = labelLines(item, frame);
  const classes = listClasses(item);
  return {
    id: item.id,
    parent: frame?.id ?? null,
    label: lines.join("\n"),
    classes: [...classes, ...(centreIds.has(item.id) ? ["centre"] : [])].join(" "),
    ...measureShape(item, lines),
  };
}

function measureShape(
  item: GraphItem,
  lines: readonly string[],
): Pick<PictureNode, "width" | "height" | "room"> {
  const letters = Math.max(...lines.map((line) => line.length));
  const height = lines.length * LINE_HEIGHT;
  if (item.type !== "module") {
    const box = { width: letters * LETTER_WIDTH + PADDING, height: height + PADDING / 2 };
    return { ...box, room: { ...box, lift: 0 } };
  }
  const role = describeRole(item.node);
  const size = SIZES[role ?? "plain"];
  const labelWidth = letters * (role === null ? LETTER_WIDTH : BOLD_LETTER_WIDTH);
  const below = LABEL_GAP + height;
  const room = { width: Math.max(size, labelWidth), height: size + below, lift: below / 2 };
  return { width: size, height: size, room };
}

function listClasses(item: GraphItem): readonly string[] {
  if (item.type !== "module") {
    return [item.type];
  }
  const role = describeRole(item.node);
  return [
    "module",
    role ?? "plain",
    ...(role === "ghost" && item.node.role === "deprecated" ? ["deprecated"] : []),
  ];
}

function labelLines(item: GraphItem, frame: OpenPackage | null): readonly string[] {
  switch (item.type) {
    case "open":
      return [shorten(item.tree.label)];
    case "folded":
      return [shorten(item.tree.label), `${formatNumber(item.tree.size)} modules`];
    case "rest":
      return [`${formatNumber(item.modules.length)} more`];
    case "module": {
      const isOwnModule = frame !== null && frame.tree.name === item.node.module;
      const name = isOwnModule ? "__init__" : shorten(item.tree.label);
      const role = describeRole(item.node);
      const isBoth = role === "ghost" && item.node.role === "deprecated";
      return role === null ? [name] : [name, isBoth ? "deprecated ghost" : role];
    }
  }
}

function shorten(text: string): string {
  return text.length <= MAX_LABEL ? text : `${text.slice(0, MAX_LABEL - 1)}…`;
}

function buildEdge(
  { from, to, imports, role }: Arrow,
  centreIds: ReadonlySet<string>,
  isCrowded: boolean,
): PictureEdge {
  const isNear = centreIds.has(from) || centreIds.has(to);
  return {
    id: `${from} → ${to}`,
    source: from,
    target: to,
    // Only edges of the centre stand out.
    classes: `${role ?? "plain"}${isNear ? " near" : isCrowded && role === null ? " faint" : ""}`,
    width: 1 + Math.min(5, Math.log2(imports)),
  };
}
