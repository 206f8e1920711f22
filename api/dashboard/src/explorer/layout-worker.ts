/** Arranges a picture, beside the page: fCoSE takes a second for 300 nodes, and does not pause. */

import cytoscape from "cytoscape";
import fcose from "cytoscape-fcose";
import { packed } from "./compact-layout";
import type { Arranged, Task } from "./layout-client";

cytoscape.use(fcose);

/** Above this fCoSE takes fewer rounds: what it leaves undone, packing does. */
const LARGE = 60;

self.onmessage = ({ data }: MessageEvent<Task>) => {
  Math.random = seeded();
  const answer: Arranged = { id: data.id, places: arranged(data) };
  self.postMessage(answer);
};

/** The same picture is arranged in the same way: the layout throws dice, and here they are loaded. */
function seeded(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function arranged({ picture }: Task): Arranged["places"] {
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
  return packed(picture.nodes, Object.fromEntries(places));
}
