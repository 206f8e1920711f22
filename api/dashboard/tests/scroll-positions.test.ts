import assert from "node:assert/strict";
import { test } from "node:test";
import { navigate, setQuery } from "../src/router";
import { dispatch, fakeWindow, growPage, open } from "./fake-browser";

/** Scroll on a page, leave it for another one, and return the state of the entry that was left. */
function leave(address: string, top: number): unknown {
  open(address, { key: `entry of ${address}` });
  const { state } = fakeWindow.history;
  fakeWindow.scrollTo(0, top);
  navigate("/settings");
  return state;
}

test("another page begins at its top", () => {
  growPage(10_000);
  leave("/p/shop", 700);

  assert.equal(fakeWindow.scrollY, 0);
});

test("back leads to where the page was left, once it is high enough", () => {
  growPage(10_000);
  const state = leave("/p/shop/violations", 2_400);
  growPage(0);

  open("/p/shop/violations", state);
  growPage(900);
  assert.equal(fakeWindow.scrollY, 900);
  growPage(5_000);

  assert.equal(fakeWindow.scrollY, 2_400);
});

test("a user who scrolls first is not pulled away", () => {
  growPage(10_000);
  const state = leave("/p/shop/violations?search=cart", 2_400);
  growPage(0);

  open("/p/shop/violations?search=cart", state);
  dispatch("wheel");
  growPage(5_000);

  assert.equal(fakeWindow.scrollY, 0);
});

test("a filter leaves the page where it is, and so does going back from it", () => {
  growPage(10_000);
  open("/p/shop/violations", { key: "unfiltered" });
  fakeWindow.scrollTo(0, 300);

  setQuery({ owner: "@cart" });
  assert.equal(fakeWindow.scrollY, 300);
  fakeWindow.scrollTo(0, 100);
  open("/p/shop/violations", { key: "unfiltered" });

  assert.equal(fakeWindow.scrollY, 300);
});
