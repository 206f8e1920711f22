/** An answer of the API as a component sees it: on its way, there, or not to be had. */

import { useEffect, useRef, useState } from "preact/hooks";
import { token } from "../session";
import { ask, type Problem, type Question, type Result } from "./client";

export type Answer<T> =
  /** `value`: the answer to the question before, to be shown meanwhile. */
  | { readonly state: "loading"; readonly value: T | null }
  | { readonly state: "ready"; readonly value: T }
  | { readonly state: "failed"; readonly problem: Problem; readonly retry: () => void };

/** Asks when the question changes; null: there is nothing to ask yet. */
export function useAnswer<T>(asked: Question<T> | null): Answer<T> {
  const answer = useAnswers(asked === null ? null : [asked]);
  if (answer.state === "failed") {
    return answer;
  }
  const value = answer.value?.[0] ?? null;
  return answer.state === "ready" && value !== null
    ? { state: "ready", value }
    : { state: "loading", value };
}

/** Several questions at once: all the answers, or the first that failed. */
export function useAnswers<T>(asked: readonly Question<T>[] | null): Answer<readonly T[]> {
  const [answer, setAnswer] = useState<Answer<readonly T[]>>({ state: "loading", value: null });
  const [attempt, setAttempt] = useState(0);
  const paths = asked?.map((one) => one.path).join("\n") ?? null;
  const bearer = token.value;
  const asker = useRef(bearer);

  // The token and the attempt make it another question.
  useEffect(() => {
    if (paths === null) {
      return;
    }
    const abort = new AbortController();
    // Nobody sees what somebody else was shown: after signing out nothing is left.
    const same = asker.current === bearer;
    asker.current = bearer;
    setAnswer((before) => ({
      state: "loading",
      value: same && before.state !== "failed" ? before.value : null,
    }));
    askAll<T>(paths.split("\n").filter(Boolean), abort.signal).then(
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
  }, [paths, bearer, attempt]);

  return answer;
}

async function askAll<T>(paths: readonly string[], signal: AbortSignal): Promise<Result<readonly T[]>> {
  const results = await Promise.all(paths.map((path) => ask<T>({ path }, signal)));
  const values: T[] = [];
  for (const result of results) {
    if (!result.ok) {
      return result;
    }
    values.push(result.value);
  }
  return { ok: true, value: values };
}
