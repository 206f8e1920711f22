import assert from "node:assert/strict";
import { test } from "node:test";
import { isShown, mineOf, rememberable, rememberMine } from "../src/violations/mine";

const CART = { owner: "@cart", package: null };

test("what is mine is remembered for each project, until it is forgotten", () => {
  rememberMine("shop", CART);
  rememberMine("bank", { owner: null, package: "bank.pay" });

  assert.deepEqual(mineOf("shop"), CART);
  assert.deepEqual(mineOf("bank"), { owner: null, package: "bank.pay" });
  assert.equal(mineOf("other"), null);

  rememberMine("shop", null);
  assert.equal(mineOf("shop"), null);
  assert.deepEqual(mineOf("bank"), { owner: null, package: "bank.pay" });
});

test("what something else has written is no fault, and is replaced", () => {
  for (const text of ["{", "{}", "null", '[["shop"], 3, ["shop", {"owner": 3, "package": null}]]']) {
    localStorage.setItem("archguard-mine", text);

    rememberMine("bank", CART);

    assert.equal(localStorage.getItem("archguard-mine"), JSON.stringify([["bank", CART]]));
    assert.equal(mineOf("shop"), null);
  }
});

test("an owner and a package can be mine, and nothing else", () => {
  assert.equal(rememberable({ search: "cart", contract: "one" }), null);
  assert.deepEqual(rememberable({ owner: "@cart", search: "x" }), CART);
  assert.deepEqual(rememberable({ owner: "@cart", package: "a" }), { owner: "@cart", package: "a" });
});

test("what is mine is shown if owner and package are these, whatever else is narrowed", () => {
  assert.ok(isShown(CART, { owner: "@cart", search: "x" }));
  assert.ok(!isShown(CART, { owner: "@cart", package: "a" }));
  assert.ok(!isShown(CART, {}));
});
