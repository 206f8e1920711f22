import assert from "node:assert/strict";
import { test } from "node:test";
import { moveOf, nextRow } from "../src/violations/row-keys";

const PLAIN = { ctrlKey: false, metaKey: false, altKey: false };

test("j, k and / move, and no other key does", () => {
  assert.equal(moveOf({ key: "j", ...PLAIN }, false), "next");
  assert.equal(moveOf({ key: "k", ...PLAIN }, false), "previous");
  assert.equal(moveOf({ key: "/", ...PLAIN }, false), "search");
  for (const key of ["J", "x", "Enter", "constructor"]) {
    assert.equal(moveOf({ key, ...PLAIN }, false), null, key);
  }
});

test("in a field, or with a modifier, a key is the browser's", () => {
  assert.equal(moveOf({ key: "j", ...PLAIN }, true), null);
  for (const modifier of ["ctrlKey", "metaKey", "altKey"]) {
    assert.equal(moveOf({ key: "j", ...PLAIN, [modifier]: true }, false), null, modifier);
  }
});

test("the first row is next where none has the focus, and the last one is previous", () => {
  assert.equal(nextRow(-1, 3, "next"), 0);
  assert.equal(nextRow(-1, 3, "previous"), 2);
});

test("at the ends nothing moves", () => {
  assert.equal(nextRow(2, 3, "next"), null);
  assert.equal(nextRow(0, 3, "previous"), null);
  assert.equal(nextRow(-1, 0, "next"), null);
  assert.equal(nextRow(-1, 0, "previous"), null);
});
