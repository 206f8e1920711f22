import assert from "node:assert/strict";
import { test } from "node:test";
import { selectedCommits, setCommitSelected } from "../src/snapshots/selected-commits";
import { address, open } from "./fake-browser";

test("two commits are selected, a third one replaces the first", () => {
  open("/p/shop/snapshots");

  for (const commit of ["a", "b", "c"]) {
    setCommitSelected(commit, true);
  }

  assert.deepEqual(selectedCommits(), ["b", "c"]);
});

test("a commit that is deselected leaves the address", () => {
  open("/p/shop/snapshots?branch=main&pick=a");

  setCommitSelected("a", false);

  assert.equal(address(), "/p/shop/snapshots?branch=main");
  assert.deepEqual(selectedCommits(), []);
});

test("of an address with more than two, the last two count", () => {
  open("/p/shop/snapshots?pick=a,,b,c");

  assert.deepEqual(selectedCommits(), ["b", "c"]);
});
