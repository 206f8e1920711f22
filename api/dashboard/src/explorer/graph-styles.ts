/** The graph's styles, in the colours of the page. */

import type { StylesheetStyle } from "cytoscape";

type Css = StylesheetStyle["style"];

/** Read the colours from the page's style sheet; they differ between light and dark. */
export function graphStyles(): StylesheetStyle[] {
  const styles = getComputedStyle(document.documentElement);
  const colour = (name: string) => styles.getPropertyValue(`--${name}`).trim();
  const rule = (selector: string, style: Css): StylesheetStyle => ({ selector, style });
  return [
    rule("node", {
      label: "data(label)",
      "text-wrap": "wrap",
      "text-valign": "bottom",
      "text-margin-y": 3,
      "font-family": styles.fontFamily,
      "font-size": 12,
      "line-height": 1.15,
      // A name that is too small to be read only covers what is beside it.
      "min-zoomed-font-size": 8,
      color: colour("text"),
      "text-outline-color": colour("surface"),
      "text-outline-width": 2,
      width: "data(width)",
      height: "data(height)",
      "border-width": 1.5,
      "border-color": colour("muted"),
      "background-color": colour("surface"),
    }),
    rule("node.plain", { shape: "ellipse", "background-color": colour("muted") }),
    rule("node.external", { shape: "rectangle", "background-color": colour("sunken") }),
    rule("node.deprecated", {
      shape: "diamond",
      "background-color": colour("growing"),
      "border-color": colour("growing"),
      color: colour("growing"),
      "font-weight": "bold",
    }),
    rule("node.canonical", {
      shape: "star",
      "background-color": colour("sealed"),
      "border-color": colour("sealed"),
      color: colour("sealed"),
      "font-weight": "bold",
    }),
    rule("node.ghost", {
      shape: "triangle",
      "background-color": colour("surface"),
      "border-style": "dashed",
      "border-width": 2,
      "border-color": colour("stalled"),
      color: colour("stalled"),
    }),
    rule("node.ghost.deprecated", {
      shape: "diamond",
      "border-color": colour("growing"),
      color: colour("growing"),
    }),
    rule("node.folded, node.rest", {
      shape: "round-rectangle",
      "text-valign": "center",
      "text-margin-y": 0,
      "text-outline-width": 0,
      "background-color": colour("accent-ground"),
      "border-color": colour("accent"),
    }),
    rule("node.rest", { "border-style": "dashed", "background-color": colour("sunken") }),
    rule("node.open", {
      shape: "round-rectangle",
      "text-valign": "top",
      "text-margin-y": -2,
      "font-weight": "bold",
      color: colour("muted"),
      padding: "16px",
      "background-color": colour("sunken"),
      "background-opacity": 0.55,
      "border-color": colour("line-strong"),
      "border-width": 1,
    }),
    rule("edge", {
      width: "data(width)",
      "curve-style": "straight",
      "line-color": colour("line-strong"),
      "line-opacity": 0.5,
      "target-arrow-color": colour("line-strong"),
      "target-arrow-shape": "triangle",
      "arrow-scale": 0.75,
    }),
    rule("edge.deprecated", {
      "line-color": colour("growing"),
      "target-arrow-color": colour("growing"),
    }),
    rule("edge.near", { "line-opacity": 0.9 }),
    rule("edge.faint", { "line-opacity": 0.1, "target-arrow-shape": "none" }),
    rule("edge.shown", { "line-opacity": 0.9, "target-arrow-shape": "triangle" }),
    rule("edge.canonical", { "line-color": colour("sealed"), "target-arrow-color": colour("sealed") }),
    rule("node.centre", { "border-width": 4, "border-color": colour("accent") }),
    rule(".far", { opacity: 0.22 }),
    rule("node.selected", {
      "underlay-color": colour("accent"),
      "underlay-opacity": 0.35,
      "underlay-padding": 7,
      "underlay-shape": "ellipse",
    }),
    rule("node.selected.folded, node.selected.rest, node.selected.open", {
      "underlay-shape": "round-rectangle",
    }),
    rule("edge.chain", {
      width: 4,
      "line-color": colour("accent"),
      "target-arrow-color": colour("accent"),
      "line-opacity": 1,
      opacity: 1,
      "z-index": 9,
    }),
    rule("node:active, edge:active", { "overlay-opacity": 0 }),
  ];
}
