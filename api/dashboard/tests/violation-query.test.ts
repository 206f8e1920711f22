import assert from "node:assert/strict";
import { test } from "node:test";
import { readViolationQuery, toApiQuery } from "../src/violations/violation-query";
import { open } from "./fake-browser";

function read(query: string) {
  open(`/p/shop/violations?${query}`);
  return readViolationQuery();
}

test("without a query all open violations are listed, the oldest first", () => {
  assert.deepEqual(toApiQuery(read("")), {
    branch: null,
    sort: "introduced",
    descending: false,
    after: null,
  });
});

test("filters, order, branch and page are passed on to the API", () => {
  const query =
    "search=cart&contract=c&owner=o&kind=function&package=p&sort=times&descending=true&after=x&branch=b";

  assert.deepEqual(toApiQuery(read(query)), {
    search: "cart",
    contract: "c",
    owner: "o",
    kind: "function",
    package: "p",
    branch: "b",
    sort: "times",
    descending: true,
    after: "x",
  });
});

test("a filter of open violations does not apply to fixed ones, and the other way round", () => {
  const filters = "kind=function&introduced_since=2026-01-01&since=2026-02-01&owner=o";

  assert.deepEqual(read(filters).filters, {
    owner: "o",
    kind: "function",
    introduced_since: "2026-01-01",
  });
  assert.deepEqual(read(`state=fixed&${filters}`).filters, { owner: "o", since: "2026-02-01" });
});

test("fixed violations cannot be sorted", () => {
  assert.deepEqual(toApiQuery(read("state=fixed&sort=times&descending=true")), {
    branch: null,
    after: null,
  });
});

test("an empty filter, an unknown one and an unknown state are ignored", () => {
  const query = read("search=&colour=red&state=lost");

  assert.deepEqual(query.filters, {});
  assert.equal(query.state, "open");
});
