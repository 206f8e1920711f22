import assert from "node:assert/strict";
import { test } from "node:test";
import {
  readState,
  selectNode,
  setDepth,
  setMode,
  setPackageOpen,
  showAround,
  showBetween,
} from "../src/explorer/url-state";
import { address, fakeWindow, open } from "./fake-browser";

test("an empty address is the neighbourhood of no module yet, one import away", () => {
  open("/p/shop/explorer");

  const { mode, module, depth, selected, choices } = readState();

  assert.deepEqual(
    { mode, module, depth, selected },
    { mode: "around", module: null, depth: "1", selected: null },
  );
  assert.deepEqual([...choices.open, ...choices.folded], []);
});

test("a depth or a mode that does not exist is the default", () => {
  open("/p/shop/explorer?depth=9&mode=sideways");

  assert.equal(readState().depth, "1");
  assert.equal(readState().mode, "around");
});

test("packages are folded and opened in the address, whatever their names contain", () => {
  open("/p/shop/explorer?module=shop");

  setPackageOpen("a,b", false);
  setPackageOpen("100%", false);
  const folded = [...readState().choices.folded];
  setPackageOpen("a,b", true);

  assert.deepEqual(folded, ["a,b", "100%"]);
  assert.deepEqual([...readState().choices.open], ["a,b"]);
  assert.deepEqual([...readState().choices.folded], ["100%"]);
});

test("another module forgets what was folded and selected, and keeps the commit and the depth", () => {
  open("/p/shop/explorer?module=shop&depth=2&commit=c1&open=a&fold=b&at=module+x");

  showAround("shop.cart");

  assert.equal(address(), "/p/shop/explorer?module=shop.cart&depth=2&commit=c1");
});

test("two packages take the place of the module, and the other way round", () => {
  open("/p/shop/explorer?module=shop&depth=2");

  showBetween("shop.cart", "shop.pay");
  const between = address();
  showAround("shop");

  assert.equal(between, "/p/shop/explorer?mode=between&from=shop.cart&to=shop.pay");
  assert.equal(address(), "/p/shop/explorer?module=shop");
});

test("defaults are not in the address", () => {
  open("/p/shop/explorer?mode=between&depth=3&open=a");

  setMode("around");
  setDepth("1");

  assert.equal(address(), "/p/shop/explorer");
});

test("selecting a node adds no entry to the history", () => {
  open("/p/shop/explorer?module=shop");

  selectNode("module shop.cart");
  selectNode(null);

  assert.deepEqual(fakeWindow.navigations, [
    "replace /p/shop/explorer?module=shop&at=module+shop.cart",
    "replace /p/shop/explorer?module=shop",
  ]);
});
