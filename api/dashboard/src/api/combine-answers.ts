/** Combine two answers into one that is ready when both are. */

import type { Answer } from "./use-answer";

/** Return the first failure if there is one; while loading, `value` is there if both have one. */
export function combineAnswers<A, B>(first: Answer<A>, second: Answer<B>): Answer<readonly [A, B]> {
  if (first.state === "failed") {
    return first;
  }
  if (second.state === "failed") {
    return second;
  }
  if (first.state === "ready" && second.state === "ready") {
    return { state: "ready", value: [first.value, second.value] };
  }
  const value =
    first.value === null || second.value === null ? null : ([first.value, second.value] as const);
  return { state: "loading", value };
}
