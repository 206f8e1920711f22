import assert from "node:assert/strict";
import { test } from "node:test";
import { buildBranchOptions } from "../src/components/branch-selector";
import { pathTo } from "../src/router";
import { open } from "./fake-browser";

test("the default branch is first and marked, and an unknown one stays selected", () => {
  const branches = [{ name: "dev" }, { name: "main" }];

  assert.deepEqual(buildBranchOptions(branches, "dev", "main"), [
    { value: "main", name: "main (default)" },
    { value: "dev", name: "dev" },
  ]);
  assert.deepEqual(buildBranchOptions([], "gone", "main").at(-1), {
    value: "gone",
    name: "gone (not known)",
  });
});

test("pages of the present project keep its branch, others do not", () => {
  open("/p/shop/violations?branch=release%2F2&search=cart");

  assert.equal(pathTo("snapshots", { project: "shop" }), "/p/shop/snapshots?branch=release%2F2");
  assert.equal(pathTo("snapshots", { project: "other" }), "/p/other/snapshots");
  assert.equal(pathTo("projects", {}), "/");
  assert.equal(pathTo("project", { project: "shop" }, { branch: null }), "/p/shop");
});
