/** The graph on its canvas: drawn by Cytoscape, with the positions that the layout worker computes. */

import cytoscape, { type Core, type ElementDefinition } from "cytoscape";
import { arrangeInSpiral } from "./compact-layout";
import { graphStyles } from "./graph-styles";
import { LayoutClient, type LayoutResult, type Position } from "./layout-client";
import type { Picture } from "./picture";

export interface Marks {
  /** The id of the selected node. */
  readonly selected: string | null;
  /** The ids of the nodes along a chain of imports, in its order. */
  readonly chain: readonly string[];
}

export interface Events {
  readonly onSelect: (id: string | null) => void;
  /** Called on a double click, with the id of the node. */
  readonly onToggle: (id: string) => void;
  readonly onReady: () => void;
}

const ZOOM_STEP = 1.3;
const PADDING = 28;
const MAX_ZOOM = 3;
/** A small graph is not enlarged to fill the canvas. */
const MAX_FIT_ZOOM = 1.2;

export class GraphView {
  private readonly cy: Core;
  private readonly layout = new LayoutClient();
  private readonly resizeObserver: ResizeObserver;
  private readonly darkScheme = window.matchMedia("(prefers-color-scheme: dark)");
  private readonly reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");
  private marks: Marks = { selected: null, chain: [] };

  constructor(
    container: HTMLElement,
    private events: Events,
  ) {
    this.cy = cytoscape({
      container,
      style: graphStyles(),
      minZoom: 0.1,
      maxZoom: MAX_ZOOM,
      autoungrabify: true,
      boxSelectionEnabled: false,
      selectionType: "single",
    });
    this.cy.on("tap", (event) => {
      this.events.onSelect(event.target === this.cy ? null : this.nodeId(event.target));
    });
    this.cy.on("dbltap", "node", (event) => this.events.onToggle(event.target.id()));
    this.resizeObserver = new ResizeObserver(() => this.cy.resize());
    this.resizeObserver.observe(container);
    this.darkScheme.addEventListener("change", this.updateColours);
  }

  /** Replace the event handlers, which are new functions on each render. */
  listen(events: Events): void {
    this.events = events;
  }

  /** Show another picture once its layout is computed; until then the previous one stays. */
  draw(picture: Picture): void {
    this.layout.request(picture, (positions) => {
      this.replace(picture, positions);
      this.events.onReady();
    });
  }

  /** Show a picture at once, with its nodes in a spiral, instead of waiting for its layout. */
  cancelLayout(picture: Picture): void {
    this.layout.cancel();
    this.replace(picture, arrangeInSpiral(picture.nodes));
    this.events.onReady();
  }

  mark(marks: Marks): void {
    this.marks = marks;
    this.cy.batch(() => {
      this.cy.elements().removeClass("selected far chain shown");
      const selected = marks.selected === null ? this.cy.collection() : this.cy.$id(marks.selected);
      if (selected.nonempty()) {
        const near = selected
          .union(selected.descendants())
          .closedNeighborhood()
          .union(selected.connectedEdges());
        const chain = this.elementsOfChain(marks.chain);
        this.cy.elements().difference(near).difference(chain).not(":parent").addClass("far");
        selected.addClass("selected");
        near.edges().addClass("shown");
        chain.addClass("chain");
      }
    });
  }

  zoom(direction: 1 | -1): void {
    const middle = { x: this.cy.width() / 2, y: this.cy.height() / 2 };
    const level = direction > 0 ? this.cy.zoom() * ZOOM_STEP : this.cy.zoom() / ZOOM_STEP;
    this.cy.zoom({ level, renderedPosition: middle });
  }

  fit(): void {
    this.withFitZoom(() => this.cy.fit(undefined, PADDING));
  }

  end(): void {
    this.darkScheme.removeEventListener("change", this.updateColours);
    this.resizeObserver.disconnect();
    this.layout.end();
    this.cy.destroy();
  }

  private replace(picture: Picture, positions: LayoutResult["positions"]): void {
    const before = new Map(this.cy.nodes().map((node) => [node.id(), { ...node.position() }]));
    this.cy.batch(() => {
      this.cy.elements().remove();
      this.cy.add(toElements(picture, (id) => before.get(id) ?? positions[id]));
    });
    this.mark(this.marks);
    const layout = this.cy.layout({
      name: "preset",
      positions: { ...positions },
      fit: true,
      padding: PADDING,
      animate: before.size > 0 && !this.reducedMotion.matches,
      animationDuration: 300,
    });
    this.withFitZoom(() => layout.run());
  }

  private withFitZoom(fit: () => void): void {
    this.cy.maxZoom(MAX_FIT_ZOOM);
    fit();
    this.cy.maxZoom(MAX_ZOOM);
  }

  private elementsOfChain(chain: readonly string[]) {
    const nodes = this.cy.collection().union(chain.map((id) => this.cy.$id(id)));
    return chain
      .slice(1)
      .reduce(
        (elements, to, index) =>
          elements.union(this.cy.$id(chain[index] ?? "").edgesTo(this.cy.$id(to))),
        nodes,
      );
  }

  private nodeId(target: cytoscape.SingularElementReturnValue): string | null {
    return target.isNode() ? target.id() : null;
  }

  private readonly updateColours = () => {
    this.cy.style(graphStyles());
  };
}

function toElements(
  picture: Picture,
  positionOf: (id: string) => Position | undefined,
): ElementDefinition[] {
  return [
    ...picture.nodes.map(({ id, parent, label, classes, width, height }) => ({
      group: "nodes" as const,
      data: { id, label, width, height, ...(parent === null ? {} : { parent }) },
      position: { ...(positionOf(id) ?? { x: 0, y: 0 }) },
      classes,
    })),
    ...picture.edges.map(({ id, source, target, classes, width }) => ({
      group: "edges" as const,
      data: { id, source, target, width },
      classes,
    })),
  ];
}
