/** What is said of a batch, and the command that makes its change. */

import type { BatchProgress, PlanProgress, PredictedCount } from "../api/types";
import { formatNumber, pluralize } from "../text/format";

export type BatchState = "done" | "started" | "open" | "unknown";

/** Where a batch stands in the branch's newest snapshot. */
export function findBatchState({ violations, left }: BatchProgress): BatchState {
  if (left === null) {
    return "unknown";
  }
  return left === 0 ? "done" : left < violations ? "started" : "open";
}

/** What is left of a batch, in a few words. */
export function describeBatch(batch: BatchProgress): string {
  const { violations, left } = batch;
  const total = pluralize(violations, "violation");
  switch (findBatchState(batch)) {
    case "done":
      return `done: ${total}`;
    case "started":
      return `${formatNumber(left ?? 0)} of ${total} left`;
    default:
      return total;
  }
}

/** The files that are still to be changed; of a plan that does not name them, all. */
export function listOpenFiles(batch: BatchProgress): readonly string[] {
  return findBatchState(batch) === "done" ? [] : (batch.open_paths ?? batch.paths);
}

/** Batches that are done come last: what is to be done next is seen first. */
export function sortBatches(batches: readonly BatchProgress[]): readonly BatchProgress[] {
  const isDone = (batch: BatchProgress) => findBatchState(batch) === "done";
  return [...batches.filter((batch) => !isDone(batch)), ...batches.filter(isDone)];
}

/** `13 → 9`, or `9` alone where the count before is not known. */
export function formatPrediction({ before, after }: PredictedCount): string {
  return before === null ? formatNumber(after) : `${formatNumber(before)} → ${formatNumber(after)}`;
}

/** The part of a plan's batches that is done, from 0 to 1; null if nobody knows. */
export function measureProgress({
  batches,
  batches_done,
}: Pick<PlanProgress, "batches" | "batches_done">): number | null {
  return batches_done === null || batches === 0 ? null : batches_done / batches;
}

/** The command that makes the changes of a batch; its number may be another one in a plan of today. */
export function writeCommand(batch: BatchProgress): string {
  const paths = listOpenFiles(batch).map((path) => `--path ${quote(path)}`);
  return ["archguard fix --commit", ...paths].join(" ");
}

/** Quote a text for a POSIX shell, unless it consists of harmless letters. */
export function quote(text: string): string {
  return /^[\w./][\w./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
