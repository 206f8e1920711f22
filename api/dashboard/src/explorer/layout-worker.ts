/** Compute a layout in a worker: fCoSE takes a second for 300 nodes without yielding. */

import cytoscape from "cytoscape";
import fcose from "cytoscape-fcose";
import { compactLayout } from "./compact-layout";
import type { LayoutRequest, LayoutResult } from "./layout-client";

cytoscape.use(fcose);

/** Above this number of nodes fCoSE runs fewer iterations; compactLayout removes the overlaps it leaves. */
const LARGE = 60;

self.onmessage = ({ data }: MessageEvent<LayoutRequest>) => {
  Math.random = seededRandom();
  const answer: LayoutResult = { id: data.id, positions: computeLayout(data) };
  self.postMessage(answer);
};

/** Return a generator with a fixed seed: the same graph gets the same layout each time. */
function seededRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function computeLayout({ picture }: LayoutRequest): LayoutResult["positions"] {
  const cy = cytoscape({
    headless: true,
    styleEnabled: true,
    elements: {
      nodes: picture.nodes.map(({ id, parent, room: { width, height } }) => ({
        data: { id, width, height, ...(parent === null ? {} : { parent }) },
      })),
      edges: picture.edges.map(({ id, source, target }) => ({ data: { id, source, target } })),
    },
    style: [
      { selector: "node", style: { width: "data(width)", height: "data(height)", shape: "rectangle" } },
    ],
  });
  const options = {
    name: "fcose",
    quality: picture.nodes.length > LARGE ? "default" : "proof",
    randomize: true,
    animate: false,
    idealEdgeLength: 60,
    nestingFactor: 0.1,
  };
  cy.layout(options as cytoscape.LayoutOptions).run();
  const places = cy.nodes(":childless").map((node) => [node.id(), { ...node.position() }] as const);
  cy.destroy();
  return compactLayout(picture.nodes, Object.fromEntries(places));
}
