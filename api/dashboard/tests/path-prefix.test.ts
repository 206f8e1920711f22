import assert from "node:assert/strict";
import { test } from "node:test";
import { prefixOf } from "../src/path-prefix";

test("the prefix is what stands before the assets in a script's address", () => {
  for (const [script, prefix] of [
    ["https://example.org/assets/index-1.js", ""],
    ["https://example.org/archguard/assets/index-1.js", "/archguard"],
    ["https://example.org/a/b/assets/index-1.js?x=/assets/", "/a/b"],
    ["file:///home/a/assets/index-1.js", ""],
    ["http://localhost:5173/src/path-prefix.ts", ""],
  ] as const) {
    assert.equal(prefixOf(script), prefix);
  }
});
