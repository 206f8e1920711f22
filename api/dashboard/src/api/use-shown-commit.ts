/** The commit whose graph a page shows: that in the address, else the tip of the branch. */

import { branch, query } from "../router";
import * as endpoints from "./endpoints";
import { type Answer, useAnswer } from "./use-answer";

/** Return the commit, or null for the tip of the default branch, which the API takes by itself. */
export function useShownCommit(project: string): Answer<{ readonly commit: string | null }> {
  const commit = query.value.get("commit");
  const isAsked = commit === null && branch.value !== null;
  const answer = useAnswer(
    isAsked ? endpoints.snapshots(project, { branch: branch.value, limit: 1 }) : null,
  );
  if (!isAsked) {
    return { state: "ready", value: { commit } };
  }
  if (answer.state === "failed") {
    return answer;
  }
  return answer.state === "ready"
    ? { state: "ready", value: { commit: answer.value.items[0]?.commit ?? null } }
    : { state: "loading", value: null };
}
