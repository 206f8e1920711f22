import assert from "node:assert/strict";
import { test } from "node:test";
import {
  drawPicture,
  escapeXml,
  type MeasureText,
  PICTURE_WIDTH,
  resolveColours,
  shorten,
} from "../src/burndown/chart-picture";
import { buildChartData, buildLine } from "../src/burndown/lines";
import { at, contract, point, trend } from "./builders";

const ALL = { since: null, until: null };
const NOW = at("2026-03-10");
/** As wide as in a font in which every character has half its height. */
const measure: MeasureText = (text, size) => (text.length * size) / 2;

function picture(name: string, title = "shop") {
  const points = [point("2026-03-01", 12), point("2026-03-08", 7)];
  const shown = trend(points, { sentence: "7 left." });
  const line = buildLine(contract({ name }), 0, shown, ALL, NOW);
  return drawPicture({
    title,
    about: "Violations on main",
    data: buildChartData([line], ALL, NOW),
    drawPlot: ({ width }) => `<svg width="${width}"><path stroke="var(--series-1)"/></svg>`,
    measure,
    colourOf: (property) => `colour of ${property}`,
    fontFamily: '"Some Font", sans-serif',
  });
}

function textsOf(svg: string): readonly string[] {
  return [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text ?? "");
}

test("the picture has a title, the period, and each line's name, count and sentence", () => {
  const { svg, width } = picture("One cart");

  const texts = textsOf(svg);
  for (const text of ["shop", "Violations on main", "7", "One cart", "7 left."]) {
    assert.ok(texts.includes(text), text);
  }
  assert.equal(width, PICTURE_WIDTH);
});

test("it has the colours themselves, not their names", () => {
  const { svg } = picture("One cart");

  assert.ok(!svg.includes("var("));
  assert.ok(svg.includes('<path stroke="colour of --series-1"/>'));
  assert.ok(svg.includes('fill="colour of --surface"'));
});

test("a hostile name is a text: it opens no element and ends no attribute", () => {
  const hostile = `</text><image href="https://evil.example"/>'&\u0000\ud800`;
  const { svg } = picture(hostile, hostile);

  assert.ok(!svg.includes("<image"));
  assert.equal(textsOf(svg).filter((text) => text.startsWith("&lt;/text&gt;&lt;image")).length, 2);
});

test("what XML forbids is replaced", () => {
  assert.equal(escapeXml("a\u0000b\u001fc\ud800d\uffffe\n"), "a\ufffdb\ufffdc\ufffdd\ufffde\ufffd");
  assert.equal(escapeXml("für 🛒"), "für 🛒");
});

test("a name that looks like a colour stays what it is", () => {
  assert.equal(
    resolveColours('<text fill="var(--text)">var(--text)</text>', () => "#000"),
    '<text fill="#000">var(--text)</text>',
  );
});

test("a text without room is cut, with as many characters as fit", () => {
  assert.equal(shorten("abcdef", 10, false, 30, measure), "abcdef");
  assert.equal(shorten("abcdef", 10, false, 29, measure), "abcd…");
  assert.equal(shorten("abcdef", 10, false, 4, measure), "");
});
