/** An answer of the API as a component sees it: on its way, there, or not to be had. */

import { useEffect, useState } from "preact/hooks";
import { token } from "../session";
import { ask, type Problem, type Question } from "./client";

export type Answer<T> =
  /** `value`: the answer to the question before, to be shown meanwhile. */
  | { readonly state: "loading"; readonly value: T | null }
  | { readonly state: "ready"; readonly value: T }
  | { readonly state: "failed"; readonly problem: Problem; readonly retry: () => void };

/** Asks when the question changes; null: there is nothing to ask yet. */
export function useAnswer<T>(asked: Question<T> | null): Answer<T> {
  const [answer, setAnswer] = useState<Answer<T>>({ state: "loading", value: null });
  const [attempt, setAttempt] = useState(0);
  const path = asked?.path ?? null;
  const bearer = token.value;

  // The token and the attempt make it another question.
  useEffect(() => {
    if (path === null) {
      return;
    }
    const abort = new AbortController();
    setAnswer((before) => ({
      state: "loading",
      value: before.state === "failed" ? null : before.value,
    }));
    ask<T>({ path }, abort.signal).then(
      (result) => {
        if (abort.signal.aborted) {
          return;
        }
        if (result.ok) {
          setAnswer({ state: "ready", value: result.value });
        } else {
          const retry = () => setAttempt((number) => number + 1);
          setAnswer({ state: "failed", problem: result.problem, retry });
        }
      },
      () => undefined, // aborted: somebody asks another question by now
    );
    return () => abort.abort();
  }, [path, bearer, attempt]);

  return answer;
}
