/** What a page says while an upload out of order is worked into a line; it is shown anew once that is done. */

import { useEffect } from "preact/hooks";
import { type Endpoint, get } from "../api/client";
import { refreshes } from "../api/use-answer";

/** A recomputation takes seconds. */
const POLL_MS = 2000;

interface Properties<T> {
  readonly text: string;
  /** What is asked until it says that the recomputation is over. */
  readonly endpoint: Endpoint<T>;
  readonly isOver: (answer: T) => boolean;
}

export function Rebuilding<T>({ text, endpoint, isOver }: Properties<T>) {
  useEffect(() => {
    const timer = setInterval(async () => {
      const result = await get(endpoint);
      if (result.ok && isOver(result.value)) {
        clearInterval(timer);
        refreshes.value += 1;
      }
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [endpoint.path]);
  return (
    <span class="rebuilding muted small" role="status">
      {text}
    </span>
  );
}
