import assert from "node:assert/strict";
import { test } from "node:test";
import type { BatchProgress } from "../src/api/types";
import {
  describeBatch,
  findBatchState,
  formatPrediction,
  listOpenFiles,
  measureProgress,
  quote,
  sortBatches,
  writeCommand,
} from "../src/plan/batch-text";

function batch(id: number, rest: Partial<BatchProgress> = {}): BatchProgress {
  return {
    id,
    owner: "@team",
    package: "shop",
    paths: ["shop/a.py", "shop/b.py"],
    open_paths: ["shop/b.py"],
    violations: 3,
    left: 1,
    changes: [],
    ...rest,
  };
}

test("a batch is done when nothing of it is left, and nobody knows without a snapshot", () => {
  assert.equal(findBatchState(batch(1, { left: 0 })), "done");
  assert.equal(findBatchState(batch(1, { left: 2 })), "started");
  assert.equal(findBatchState(batch(1, { left: 3 })), "open");
  assert.equal(findBatchState(batch(1, { left: null })), "unknown");
});

test("what is left of a batch is told", () => {
  assert.equal(describeBatch(batch(1, { left: 0 })), "done: 3 violations");
  assert.equal(describeBatch(batch(1)), "1 of 3 violations left");
  assert.equal(describeBatch(batch(1, { left: 3 })), "3 violations");
  assert.equal(describeBatch(batch(1, { violations: 1, left: null })), "1 violation");
});

test("the files to change are those that are left, or all where the plan does not say", () => {
  assert.deepEqual(listOpenFiles(batch(1)), ["shop/b.py"]);
  assert.deepEqual(listOpenFiles(batch(1, { open_paths: null })), ["shop/a.py", "shop/b.py"]);
  assert.deepEqual(listOpenFiles(batch(1, { open_paths: null, left: 0 })), []);
});

test("what is done comes last, and keeps its order", () => {
  const sorted = sortBatches([batch(1, { left: 0 }), batch(2), batch(3, { left: 0 }), batch(4)]);

  assert.deepEqual(
    sorted.map(({ id }) => id),
    [2, 4, 1, 3],
  );
});

test("a prediction has the count before it where that is known", () => {
  assert.equal(formatPrediction({ contract: "c", before: 1300, after: 9 }), "1,300 → 9");
  assert.equal(formatPrediction({ contract: "c", before: null, after: 9 }), "9");
});

test("progress is a part of the batches, unknown without a snapshot or batches", () => {
  assert.equal(measureProgress({ batches: 4, batches_done: 1 }), 0.25);
  assert.equal(measureProgress({ batches: 4, batches_done: null }), null);
  assert.equal(measureProgress({ batches: 0, batches_done: 0 }), null);
});

test("the command names the files that are left, quoted for a shell", () => {
  assert.equal(writeCommand(batch(1)), "archguard fix --commit --path shop/b.py");
  assert.equal(
    writeCommand(batch(1, { open_paths: ["a b.py", "$(touch x).py"] })),
    "archguard fix --commit --path 'a b.py' --path '$(touch x).py'",
  );
  assert.equal(quote("it's"), "'it'\\''s'");
  assert.equal(quote("-rf"), "'-rf'");
  assert.equal(quote("`id`"), "'`id`'");
  assert.equal(quote("a\nb"), "'a\nb'");
  assert.equal(quote(""), "''");
});
