import assert from "node:assert/strict";
import { test } from "node:test";
import { itemsOfChain, selectChainContract } from "../src/explorer/chain";
import { contract } from "./builders";

const LAYERS = contract({ id: "layers", deprecated: [] });
const ENGINE = contract({ id: "engine", deprecated: ["shop.legacy"] });
const ORM = contract({ id: "orm", deprecated: ["shop.orm"] });

test("a chain leads to the selected contract, else to the first that deprecates something", () => {
  assert.equal(selectChainContract([LAYERS, ENGINE, ORM], "orm"), ORM);
  assert.equal(selectChainContract([LAYERS, ENGINE, ORM], null), ENGINE);
  assert.equal(selectChainContract([LAYERS, ENGINE, ORM], "layers"), ENGINE);
  assert.equal(selectChainContract([LAYERS], null), null);
});

test("modules of a chain that follow each other in a folded package are one node", () => {
  const itemOfModule = new Map([
    ["shop.a", "module shop.a"],
    ["shop.b.x", "package shop.b"],
    ["shop.b.y", "package shop.b"],
  ]);

  assert.deepEqual(itemsOfChain(["shop.a", "shop.b.x", "shop.b.y", "shop.far"], itemOfModule), [
    "module shop.a",
    "package shop.b",
    "module shop.far",
  ]);
});
