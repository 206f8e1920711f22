/** Two answers as one: there when both are. */

import type { Answer } from "./use-answer";

export function both<A, B>(one: Answer<A>, other: Answer<B>): Answer<readonly [A, B]> {
  if (one.state === "failed") {
    return one;
  }
  if (other.state === "failed") {
    return other;
  }
  if (one.state === "ready" && other.state === "ready") {
    return { state: "ready", value: [one.value, other.value] };
  }
  const value = one.value === null || other.value === null ? null : ([one.value, other.value] as const);
  return { state: "loading", value };
}
