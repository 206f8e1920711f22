/** The picture and its buttons. What it shows is in the list beside it, too, for who does not see it. */

import { useEffect, useRef, useState } from "preact/hooks";
import { Drawing, type Events, type Marks } from "./graph-view";
import type { Picture } from "./picture";

interface Properties extends Omit<Events, "onReady"> {
  readonly picture: Picture;
  readonly marks: Marks;
  readonly about: string;
}

/**
 * Cytoscape puts a style sheet into the page unless an element has this name, and the page's policy
 * forbids that. The one rule that would be in it is in explorer.css.
 */
const HAS_STYLES = "__________cytoscape_stylesheet";

export default function Canvas({ picture, marks, about, onChoose, onTurn }: Properties) {
  const container = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const [isBusy, setBusy] = useState(true);
  const events = { onChoose, onTurn, onReady: () => setBusy(false) };

  useEffect(() => {
    if (container.current === null) {
      return;
    }
    const made = new Drawing(container.current, events);
    drawing.current = made;
    return () => made.end();
  }, []);
  useEffect(() => {
    setBusy(true);
    drawing.current?.draw(picture);
  }, [picture]);
  useEffect(() => drawing.current?.mark(marks), [marks]);
  drawing.current?.listen(events);

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
      <div ref={container} id={HAS_STYLES} class="graph" role="img" aria-label={about} />
      {isBusy && <p class="arranging">Arranging…</p>}
      <div class="zoom">
        <button type="button" onClick={() => drawing.current?.zoom(1)}>
          + <span class="unseen">Zoom in</span>
        </button>
        <button type="button" onClick={() => drawing.current?.zoom(-1)}>
          − <span class="unseen">Zoom out</span>
        </button>
        <button type="button" onClick={() => drawing.current?.fit()}>
          Fit
        </button>
      </div>
    </div>
  );
}
