import assert from "node:assert/strict";
import { test } from "node:test";
import type { Occurrence, OpenViolation } from "../src/api/types";
import { markdownChecklist } from "../src/violations/checklist";
import { violation } from "./builders";

const nowhere = () => null;

function place(path: string, line: number): Occurrence {
  return { path, line, kind: "top-level", names: [] };
}

function checklist(...rows: readonly OpenViolation[]): string {
  return markdownChecklist(rows, nowhere);
}

test("each violation is an item with importer, imported, place and replacement", () => {
  const first = violation({
    importer: "shop.pay",
    imported: "shop.legacy",
    replacement: "shop.engine",
    occurrences: [place("shop/pay.py", 3)],
  });
  const second = violation({ importer: "shop.view", imported: "shop.old" });

  assert.equal(
    checklist(first, second),
    "- [ ] `shop.pay` imports `shop.legacy` (`shop/pay.py:3`): use `shop.engine`\n" +
      "- [ ] `shop.view` imports `shop.old`\n",
  );
});

test("a class that must not be there is defined, not imported", () => {
  assert.equal(
    checklist(violation({ importer: "shop.cart", imported: "shop.cart:Cart2" })),
    "- [ ] `shop.cart:Cart2` is defined\n",
  );
});

test("three places are named, and the others counted", () => {
  const occurrences = [1, 2, 3, 4, 5].map((line) => place("a", line));

  assert.match(checklist(violation({ occurrences })), / \(`a:1`, `a:2`, `a:3` and 2 more\)\n$/);
});

test("a place leads to the forge if the project has one", () => {
  const row = violation({ occurrences: [place("a(b).py", 3)] });

  const text = markdownChecklist([row], (path, line) => `https://forge.example/${path}#L${line}`);

  assert.match(text, / \(\[`a\(b\)\.py:3`\]\(https:\/\/forge\.example\/a%28b%29\.py#L3\)\)\n$/);
});

test("hostile names make no item, no link and no element of their own", () => {
  const hostile = "`](javascript:alert(1))\n- [x] <script>";
  const text = checklist(
    violation({
      importer: hostile,
      imported: hostile,
      replacement: hostile,
      occurrences: [place(hostile, 1)],
    }),
  );

  const code = "`` `](javascript:alert(1)) - [x] <script> ``";
  const path = "`` `](javascript:alert(1)) - [x] <script>:1 ``";
  assert.equal(text, `- [ ] ${code} imports ${code} (${path}): use ${code}\n`);
});
