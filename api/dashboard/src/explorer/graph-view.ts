/** The picture on its canvas: drawn by Cytoscape, arranged by the worker. */

import cytoscape, { type Core, type ElementDefinition } from "cytoscape";
import { look } from "./graph-styles";
import { type Arranged, Arranger, type Place } from "./layout-client";
import type { Picture } from "./picture";

export interface Marks {
  /** The node that was clicked. */
  readonly chosen: string | null;
  /** Nodes along a chain of imports, in its order. */
  readonly chain: readonly string[];
}

export interface Events {
  readonly onChoose: (id: string | null) => void;
  /** A double click on a package. */
  readonly onTurn: (id: string) => void;
  readonly onReady: () => void;
}

const STEP = 1.3;
const PADDING = 28;
const CLOSEST = 3;
/** A small picture is not blown up to fill the canvas. */
const CLOSEST_FIT = 1.2;

export class Drawing {
  private readonly cy: Core;
  private readonly arranger = new Arranger();
  private readonly resized: ResizeObserver;
  private readonly dark = window.matchMedia("(prefers-color-scheme: dark)");
  private readonly calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  private marks: Marks = { chosen: null, chain: [] };

  constructor(
    container: HTMLElement,
    private events: Events,
  ) {
    this.cy = cytoscape({
      container,
      style: look(),
      minZoom: 0.1,
      maxZoom: CLOSEST,
      autoungrabify: true,
      boxSelectionEnabled: false,
      selectionType: "single",
    });
    this.cy.on("tap", (event) => {
      this.events.onChoose(event.target === this.cy ? null : this.idOf(event.target));
    });
    this.cy.on("dbltap", "node", (event) => this.events.onTurn(event.target.id()));
    this.resized = new ResizeObserver(() => this.cy.resize());
    this.resized.observe(container);
    this.dark.addEventListener("change", this.recolour);
  }

  /** Whom to tell: the page's functions are other ones each time it is drawn. */
  listen(events: Events): void {
    this.events = events;
  }

  /** Show another picture, once it is arranged; until then the one before stays. */
  draw(picture: Picture): void {
    this.arranger.arrange(picture, (places) => {
      this.replace(picture, places);
      this.events.onReady();
    });
  }

  mark(marks: Marks): void {
    this.marks = marks;
    this.cy.batch(() => {
      this.cy.elements().removeClass("chosen far chain");
      const chosen = marks.chosen === null ? this.cy.collection() : this.cy.$id(marks.chosen);
      if (chosen.nonempty()) {
        const near = chosen
          .union(chosen.descendants())
          .closedNeighborhood()
          .union(chosen.connectedEdges());
        const chain = this.chainOf(marks.chain);
        this.cy.elements().difference(near).difference(chain).not(":parent").addClass("far");
        chosen.addClass("chosen");
        chain.addClass("chain");
      }
    });
  }

  zoom(direction: 1 | -1): void {
    const middle = { x: this.cy.width() / 2, y: this.cy.height() / 2 };
    const level = direction > 0 ? this.cy.zoom() * STEP : this.cy.zoom() / STEP;
    this.cy.zoom({ level, renderedPosition: middle });
  }

  fit(): void {
    this.fitting(() => this.cy.fit(undefined, PADDING));
  }

  end(): void {
    this.dark.removeEventListener("change", this.recolour);
    this.resized.disconnect();
    this.arranger.end();
    this.cy.destroy();
  }

  private replace(picture: Picture, places: Arranged["places"]): void {
    const before = new Map(this.cy.nodes().map((node) => [node.id(), { ...node.position() }]));
    this.cy.batch(() => {
      this.cy.elements().remove();
      this.cy.add(elementsOf(picture, (id) => before.get(id) ?? places[id]));
    });
    this.mark(this.marks);
    const layout = this.cy.layout({
      name: "preset",
      positions: { ...places },
      fit: true,
      padding: PADDING,
      animate: before.size > 0 && !this.calm.matches,
      animationDuration: 300,
    });
    this.fitting(() => layout.run());
  }

  private fitting(fit: () => void): void {
    this.cy.maxZoom(CLOSEST_FIT);
    fit();
    this.cy.maxZoom(CLOSEST);
  }

  private chainOf(chain: readonly string[]) {
    const nodes = this.cy.collection().union(chain.map((id) => this.cy.$id(id)));
    return chain
      .slice(1)
      .reduce(
        (found, to, index) => found.union(this.cy.$id(chain[index] ?? "").edgesTo(this.cy.$id(to))),
        nodes,
      );
  }

  private idOf(target: cytoscape.SingularElementReturnValue): string | null {
    return target.isNode() ? target.id() : null;
  }

  private readonly recolour = () => {
    this.cy.style(look());
  };
}

function elementsOf(picture: Picture, placeOf: (id: string) => Place | undefined): ElementDefinition[] {
  return [
    ...picture.nodes.map(({ id, parent, label, classes, width, height }) => ({
      group: "nodes" as const,
      data: { id, label, width, height, ...(parent === null ? {} : { parent }) },
      position: { ...(placeOf(id) ?? { x: 0, y: 0 }) },
      classes,
    })),
    ...picture.edges.map(({ id, source, target, classes, width }) => ({
      group: "edges" as const,
      data: { id, source, target, width },
      classes,
    })),
  ];
}
