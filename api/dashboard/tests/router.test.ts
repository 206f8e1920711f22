import assert from "node:assert/strict";
import { test } from "node:test";
import { navigate, pathTo, query, queryString, route, setQuery } from "../src/router";
import { address, fakeWindow, open } from "./fake-browser";

for (const [path, page, parameters] of [
  ["/", "projects", {}],
  ["/settings", "settings", {}],
  ["/p/shop", "project", { project: "shop" }],
  ["/p/shop/violations", "violations", { project: "shop" }],
  ["/p/shop/snapshots", "snapshots", { project: "shop" }],
  ["/p/shop/snapshots/4f1c", "snapshot", { project: "shop", commit: "4f1c" }],
  ["/p/shop/compare", "compare", { project: "shop" }],
  ["/p/shop/explorer", "explorer", { project: "shop" }],
  ["/p/shop/modules/shop.cart", "module", { project: "shop", module: "shop.cart" }],
  ["/p/shop/settings", "project-settings", { project: "shop" }],
] as const) {
  test(`${path} is the page ${page}`, () => {
    open(`${path}?search=x`);

    assert.deepEqual(route.value, { page, parameters });
  });
}

for (const path of [
  "/p",
  "/p/",
  "/p/shop/",
  "/p/shop/nowhere",
  "/p/shop/modules/",
  "/p/%ff",
  "/settings/x",
]) {
  test(`${path} is no page`, () => {
    open(path);

    assert.equal(route.value, null);
  });
}

test("the address of a module leads back to its name, whatever is in it", () => {
  for (const module of [
    "shop.cart",
    "a?b=c&d=e#f",
    "100% of %2e%2e",
    "<svg onload=alert(1)>",
    "a/b",
    "שלום",
  ]) {
    open(pathTo("module", { project: "shop", module }));

    assert.deepEqual(route.value, { page: "module", parameters: { project: "shop", module } });
  }
});

test("values that are missing are not in the query string", () => {
  assert.equal(queryString({ a: null, b: undefined, c: "" }), "");
  assert.equal(queryString({ a: 0, b: false, c: "x y&z" }), "?a=0&b=false&c=x+y%26z");
});

test("changing a value keeps the others, and null removes one", () => {
  open("/p/shop/violations?search=cart&state=fixed");

  setQuery({ state: null, owner: "@cart" });

  assert.equal(address(), "/p/shop/violations?search=cart&owner=%40cart");
  assert.equal(query.value.get("owner"), "@cart");
  assert.deepEqual(fakeWindow.navigations, [`push ${address()}`]);
});

test("a replaced address adds no entry to the history, and the same address changes nothing", () => {
  open("/p/shop");

  setQuery({ at: "c1" }, "replace");
  navigate("/p/shop?at=c1");

  assert.deepEqual(fakeWindow.navigations, ["replace /p/shop?at=c1"]);
});

test("the back button changes the page", () => {
  open("/p/shop");
  navigate("/settings");

  open("/p/shop");

  assert.equal(route.value?.page, "project");
});
