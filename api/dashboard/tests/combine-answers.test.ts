import assert from "node:assert/strict";
import { test } from "node:test";
import { combineAnswers } from "../src/api/combine-answers";
import type { Answer } from "../src/api/use-answer";

const LOADING: Answer<string> = { state: "loading", value: null };
const READY: Answer<string> = { state: "ready", value: "a" };
const STALE: Answer<string> = { state: "loading", value: "old" };
const FAILED: Answer<string> = {
  state: "failed",
  problem: { status: 404, detail: "There is none." },
  retry: () => undefined,
};

test("two answers are ready when both are", () => {
  assert.deepEqual(combineAnswers(READY, READY), { state: "ready", value: ["a", "a"] });
});

test("while one is loading both are, with a value if both have one", () => {
  assert.deepEqual(combineAnswers(READY, LOADING), { state: "loading", value: null });
  assert.deepEqual(combineAnswers(LOADING, READY), { state: "loading", value: null });
  assert.deepEqual(combineAnswers(READY, STALE), { state: "loading", value: ["a", "old"] });
  assert.deepEqual(combineAnswers(STALE, READY), { state: "loading", value: ["old", "a"] });
});

test("a failure wins, the first one if both failed", () => {
  const second: Answer<string> = { ...FAILED, problem: { status: 503, detail: "Busy." } };

  assert.equal(combineAnswers(FAILED, READY), FAILED);
  assert.equal(combineAnswers(LOADING, FAILED), FAILED);
  assert.equal(combineAnswers(FAILED, second), FAILED);
});
