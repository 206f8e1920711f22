/** A list that shows its first items, and more on demand. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { formatNumber } from "../text/format";

interface Properties<Item> {
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly children: (item: Item) => ComponentChildren;
  /** The number of items shown at first. */
  readonly initial?: number;
  readonly class?: string;
}

/** The number of items that the button adds: so many render without a noticeable pause. */
const STEP = 200;

export function ExpandableList<Item>({
  items,
  keyOf,
  children,
  initial = 10,
  class: name = "rows",
}: Properties<Item>) {
  const [shown, setShown] = useState(initial);
  const remaining = items.length - shown;
  return (
    <>
      <ul class={name}>
        {items.slice(0, shown).map((item) => (
          <li key={keyOf(item)}>{children(item)}</li>
        ))}
      </ul>
      <ShowMore remaining={remaining} onMore={() => setShown(shown + STEP)} />
    </>
  );
}

interface UnfoldProperties {
  readonly remaining: number;
  readonly onMore: () => void;
}

export function ShowMore({ remaining, onMore }: UnfoldProperties) {
  if (remaining <= 0) {
    return null;
  }
  return (
    <button type="button" class="unfold" onClick={onMore}>
      {remaining === 1
        ? "Show one more"
        : remaining <= STEP
          ? `Show the other ${formatNumber(remaining)}`
          : `Show ${STEP} of the other ${formatNumber(remaining)}`}
    </button>
  );
}
