import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeForMarkdown, escapeMarkdown, markdownCode } from "../src/text/markdown";

test("a name is shown as it is: no character of it has a meaning", () => {
  assert.equal(escapeMarkdown("](javascript:alert(1))"), "\\]\\(javascript\\:alert\\(1\\)\\)");
  assert.equal(escapeMarkdown("<img src=x>"), "\\<img src\\=x\\>");
  assert.equal(escapeMarkdown("a_b*c*"), "a\\_b\\*c\\*");
  assert.equal(escapeMarkdown("Ein Warenkorb für alle"), "Ein Warenkorb für alle");
});

test("a name with line breaks stays in one line", () => {
  assert.equal(escapeMarkdown("a\r\n# b\u2028c"), "a \\# b c");
  assert.equal(markdownCode("a\n- [x] b"), "`a - [x] b`");
});

test("code ends where it is meant to, whatever backticks the name has", () => {
  assert.equal(markdownCode("shop.cart"), "`shop.cart`");
  assert.equal(markdownCode("a`b"), "``a`b``");
  assert.equal(markdownCode("`a``b`"), "``` `a``b` ```");
  assert.equal(markdownCode(""), "");
});

test("an address has no character that ends it in Markdown", () => {
  assert.equal(encodeForMarkdown("/a?b=(c)'*~!"), "/a?b=%28c%29%27%2A%7E%21");
});
