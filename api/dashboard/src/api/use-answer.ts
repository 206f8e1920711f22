/** Hooks that request an endpoint and return its answer: loading, ready or failed. */

import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { visits } from "../session";
import { type Endpoint, get, type Problem, type Result } from "./client";

export type Answer<T> =
  /** `value`: the answer of the previous endpoint, to be shown meanwhile. */
  | { readonly state: "loading"; readonly value: T | null }
  | { readonly state: "ready"; readonly value: T }
  | { readonly state: "failed"; readonly problem: Problem; readonly retry: () => void };

/** Counts the times that everything is requested again, because the service has something else by now. */
export const refreshes = signal(0);

/** Request an endpoint whenever it changes; null if there is nothing to request yet. */
export function useAnswer<T>(endpoint: Endpoint<T> | null): Answer<T> {
  const answer = useAnswers(endpoint === null ? null : [endpoint]);
  if (answer.state === "failed") {
    return answer;
  }
  const value = answer.value?.[0] ?? null;
  return answer.state === "ready" && value !== null
    ? { state: "ready", value }
    : { state: "loading", value };
}

/** Request several endpoints at once; fails with the first that fails. */
export function useAnswers<T>(endpoints: readonly Endpoint<T>[] | null): Answer<readonly T[]> {
  const [answer, setAnswer] = useState<Answer<readonly T[]>>({ state: "loading", value: null });
  const [attempt, setAttempt] = useState(0);
  const paths = endpoints?.map(({ path }) => path).join("\n") ?? null;
  const visit = visits.value;
  const refresh = refreshes.value;
  const lastVisit = useRef(visit);

  // Signing in or out, a refresh, or another attempt requests the same paths again.
  useEffect(() => {
    if (paths === null) {
      return;
    }
    const abort = new AbortController();
    // After signing out or in, the previous user's answer is not shown while the new one loads.
    const isSameUser = lastVisit.current === visit;
    lastVisit.current = visit;
    setAnswer((before) => ({
      state: "loading",
      value: isSameUser && before.state !== "failed" ? before.value : null,
    }));
    getAll<T>(paths.split("\n").filter(Boolean), abort.signal).then(
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
      () => undefined, // aborted: the paths have changed
    );
    return () => abort.abort();
  }, [paths, visit, refresh, attempt]);

  return answer;
}

async function getAll<T>(paths: readonly string[], signal: AbortSignal): Promise<Result<readonly T[]>> {
  const results = await Promise.all(paths.map((path) => get<T>({ path }, signal)));
  const values: T[] = [];
  for (const result of results) {
    if (!result.ok) {
      return result;
    }
    values.push(result.value);
  }
  return { ok: true, value: values };
}
