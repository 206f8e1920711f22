/** The graph's canvas with its zoom buttons; the outline lists the same nodes for screen readers. */

import { useEffect, useRef, useState } from "preact/hooks";
import { pluralize } from "../text/format";
import { type Events, GraphView, type Marks } from "./graph-view";
import type { Picture } from "./picture";

interface Properties extends Omit<Events, "onReady"> {
  readonly picture: Picture;
  readonly marks: Marks;
  readonly about: string;
}

/**
 * Cytoscape adds a style sheet to the page unless an element has this id, and the page's policy forbids
 * that. The only rule of that style sheet is in explorer.css.
 */
const STYLESHEET_ID = "__________cytoscape_stylesheet";

export default function Canvas({ picture, marks, about, onSelect, onToggle }: Properties) {
  const container = useRef<HTMLDivElement>(null);
  const view = useRef<GraphView | null>(null);
  const [isBusy, setBusy] = useState(true);
  const events = { onSelect, onToggle, onReady: () => setBusy(false) };

  useEffect(() => {
    if (container.current === null) {
      return;
    }
    const created = new GraphView(container.current, events);
    view.current = created;
    return () => created.end();
  }, []);
  useEffect(() => {
    setBusy(true);
    view.current?.draw(picture);
  }, [picture]);
  useEffect(() => view.current?.mark(marks), [marks]);
  view.current?.listen(events);

  return (
    <div
      class="canvas"
      aria-busy={isBusy}
      // The wheel scrolls the page; with Ctrl or ⌘ it zooms the graph.
      onWheelCapture={(event) => {
        if (!event.ctrlKey && !event.metaKey) {
          event.stopPropagation();
        }
      }}
    >
      <div ref={container} id={STYLESHEET_ID} class="graph" role="img" aria-label={about} />
      {isBusy && (
        <div class="arranging" role="status">
          Arranging {pluralize(picture.nodes.length, "node")}
          <progress aria-label="Arranging" />
          <button type="button" class="small" onClick={() => view.current?.cancelLayout(picture)}>
            Cancel
          </button>
        </div>
      )}
      <div class="zoom">
        <button type="button" onClick={() => view.current?.zoom(1)}>
          + <span class="unseen">Zoom in</span>
        </button>
        <button type="button" onClick={() => view.current?.zoom(-1)}>
          − <span class="unseen">Zoom out</span>
        </button>
        <button type="button" onClick={() => view.current?.fit()}>
          Fit
        </button>
      </div>
    </div>
  );
}
