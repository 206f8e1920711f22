import assert from "node:assert/strict";
import { test } from "node:test";
import type { Column } from "../src/components/table";
import { splitColumns } from "../src/violations/shared-values";

interface Row {
  readonly contract: string;
  readonly importer: string;
}

const columns: readonly Column<Row>[] = [
  { name: "Importer", cell: ({ importer }) => importer },
  { name: "Contract", sort: "contract", cell: ({ contract }) => contract, value: (row) => row.contract },
];
const same: readonly Row[] = [
  { contract: "one", importer: "a" },
  { contract: "one", importer: "a" },
];

function names(rows: readonly Row[], kept: string | null = null) {
  const { shown, shared } = splitColumns(columns, rows, kept);
  return [shown.map(({ name }) => name), shared.map(({ name }) => name)];
}

test("a column with one value in all rows is left out, unless it has to be there", () => {
  assert.deepEqual(names(same), [["Importer"], ["Contract"]]);
});

test("a column whose values differ stays", () => {
  assert.deepEqual(names([...same, { contract: "two", importer: "a" }]), [["Importer", "Contract"], []]);
});

test("a row alone keeps all of its columns", () => {
  assert.deepEqual(names(same.slice(0, 1)), [["Importer", "Contract"], []]);
  assert.deepEqual(names([]), [["Importer", "Contract"], []]);
});

test("the column that a list of several pages is sorted by stays, so that it can be sorted back", () => {
  assert.deepEqual(names(same, "contract"), [["Importer", "Contract"], []]);
  assert.deepEqual(names(same, "importer"), [["Importer"], ["Contract"]]);
});

test("the room of a column that is left out goes to the last one whose width is a part", () => {
  const wide: readonly Column<Row>[] = [
    { name: "Importer", width: "34%", cell: () => "" },
    { name: "Imports", width: "27%", cell: () => "" },
    { name: "Contract", cell: () => "", value: (row) => row.contract },
    { name: "Times", width: "4rem", cell: () => "" },
  ];

  const widths = (rows: readonly Row[]) =>
    splitColumns(wide, rows, null).shown.map(({ width }) => width);

  assert.deepEqual(widths(same), ["34%", "auto", "4rem"]);
  assert.deepEqual(widths(same.slice(0, 1)), ["34%", "27%", undefined, "4rem"]);
});
