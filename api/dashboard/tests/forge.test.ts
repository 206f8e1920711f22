import assert from "node:assert/strict";
import { test } from "node:test";
import { createSourceLink, FORGES, readTemplate, webAddress } from "../src/text/forge";

const VERSION = { commit: "4f1c", folder: "backend" };

test("a template is filled with commit, path below the folder, and line", () => {
  const link = createSourceLink("https://github.com/a/b/blob/{commit}/{path}#L{line}", VERSION);

  assert.equal(link("shop/order.py", 12), "https://github.com/a/b/blob/4f1c/backend/shop/order.py#L12");
});

test("names that mean something in an address are encoded, and are not taken for placeholders", () => {
  const link = createSourceLink("https://git.example.org/{commit}/{path}#{line}", {
    commit: "{line}",
    folder: "",
  });

  assert.equal(link("a b/c?d#e.py", 1), "https://git.example.org/%7Bline%7D/a%20b/c%3Fd%23e.py#1");
});

test("without a template, or with one that is no web address, there is no link", () => {
  for (const template of [
    null,
    "",
    "x/{path}",
    "javascript:alert(1)//{path}",
    "data:text/html,{path}",
  ]) {
    assert.equal(createSourceLink(template, VERSION)("a.py", 1), null, template ?? "none");
  }
});

test("only http and https are web addresses", () => {
  assert.equal(webAddress("http://git.local/a"), "http://git.local/a");
  assert.equal(webAddress("https://git.local/<svg>"), "https://git.local/%3Csvg%3E");
  for (const text of ["vbscript:msgbox(1)", "//evil.example/x", "file:///etc/passwd", " "]) {
    assert.equal(webAddress(text), null, text);
  }
});

for (const { id, file } of FORGES) {
  test(`the template of ${id} is recognised, with the repository`, () => {
    assert.deepEqual(readTemplate(`https://git.example.org/a/b${file}`), {
      forge: id,
      repository: "https://git.example.org/a/b",
    });
  });
}

test("another template is of no known forge", () => {
  assert.equal(readTemplate("https://git.example.org/{commit}/{path}"), null);
});
