/** A long list that shows its beginning, and more of it on demand. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { count } from "../text/format";

interface Properties<Item> {
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly children: (item: Item) => ComponentChildren;
  /** How many are shown at first. */
  readonly most?: number;
  readonly class?: string;
}

/** How many more a press of the button shows: a browser draws so many without a pause. */
const STEP = 200;

export function Folded<Item>({
  items,
  keyOf,
  children,
  most = 10,
  class: name = "rows",
}: Properties<Item>) {
  const [shown, setShown] = useState(most);
  const left = items.length - shown;
  return (
    <>
      <ul class={name}>
        {items.slice(0, shown).map((item) => (
          <li key={keyOf(item)}>{children(item)}</li>
        ))}
      </ul>
      <Unfold left={left} onMore={() => setShown(shown + STEP)} />
    </>
  );
}

interface UnfoldProperties {
  readonly left: number;
  readonly onMore: () => void;
}

export function Unfold({ left, onMore }: UnfoldProperties) {
  if (left <= 0) {
    return null;
  }
  return (
    <button type="button" class="unfold" onClick={onMore}>
      {left <= STEP ? `Show the other ${count(left)}` : `Show ${STEP} of the other ${count(left)}`}
    </button>
  );
}
