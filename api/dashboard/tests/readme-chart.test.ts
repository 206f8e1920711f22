import assert from "node:assert/strict";
import { test } from "node:test";
import { readmeCharts } from "../src/burndown/readme-chart";
import { open } from "./fake-browser";

const ORIGIN = "https://archguard.example.org";

test("each contract has a picture that leads to its page", () => {
  open("/p/shop");
  const contracts = [
    { id: "one", name: "One cart" },
    { id: "two", name: "No cash" },
  ];

  assert.equal(
    readmeCharts({ project: "shop", contracts, branch: null, range: "all" }),
    `[![One cart](${ORIGIN}/chart/shop.svg?contract=one)](${ORIGIN}/p/shop?contract=one)\n` +
      `[![No cash](${ORIGIN}/chart/shop.svg?contract=two)](${ORIGIN}/p/shop?contract=two)`,
  );
});

test("branch and range are those shown", () => {
  open("/p/shop?branch=next&range=90d");

  assert.equal(
    readmeCharts({
      project: "shop",
      contracts: [{ id: "one", name: "One" }],
      branch: "next",
      range: "90d",
    }),
    `[![One](${ORIGIN}/chart/shop.svg?contract=one&branch=next&range=90d)]` +
      `(${ORIGIN}/p/shop?branch=next&contract=one&range=90d)`,
  );
});

test("hostile names end neither the text nor the address", () => {
  open("/p/shop");

  const text = readmeCharts({
    project: "shop",
    contracts: [{ id: "a) ![x](//evil", name: "](https://evil.example)\n<script>" }],
    branch: "b) c",
    range: "all",
  });

  assert.match(
    text,
    /^\[!\[\\\]\\\(https\\:\\\/\\\/evil\\.example\\\) \\<script\\>\]\([^()\s<>]+\)\]\([^()\s<>]+\)$/,
  );
});
