/** The state of a contract's forecast: icon and word. */

import type { State } from "../api/types";
import { Icon } from "./icon";

export const STATES: Readonly<Record<State, string>> = {
  sealed: "Sealed",
  shrinking: "Shrinking",
  stalled: "Stalled",
  growing: "Growing",
  "too-short": "Too short",
  stale: "Stale",
  retired: "Retired",
};

export function StateBadge({ state }: { readonly state: State }) {
  return (
    <span class="state" data-state={state}>
      <Icon name={state} />
      {STATES[state]}
    </span>
  );
}
