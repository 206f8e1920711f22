import assert from "node:assert/strict";
import { test } from "node:test";
import { renderCsv } from "../src/text/csv";

test("cells are parted by commas, and rows end as RFC 4180 says", () => {
  assert.equal(renderCsv([["a", 1, true, null], ["b"]]), "a,1,true,\r\nb\r\n");
});

test("a cell with a comma, a quotation mark or a line break is quoted", () => {
  assert.equal(renderCsv([["a,b", 'say "hi"', "two\nlines"]]), '"a,b","say ""hi""","two\nlines"\r\n');
});

test("no spreadsheet takes a text for a formula", () => {
  for (const start of ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"]) {
    assert.equal(renderCsv([[`${start}cmd|' /C calc'!A0`]]), `'${start}cmd|' /C calc'!A0\r\n`);
  }
  assert.equal(renderCsv([["\t=1"]]), "'\t=1\r\n");
  assert.equal(renderCsv([["\r=1"]]), '"\'\r=1"\r\n');
});

test("a number below zero stays a number", () => {
  assert.equal(renderCsv([[-3]]), "-3\r\n");
});
