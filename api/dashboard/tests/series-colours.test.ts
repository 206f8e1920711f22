import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { seriesColour } from "../src/burndown/series-colours";
import { seriesDash } from "../src/burndown/series-dashes";
import { contrast, differ, VISIONS } from "./colour-vision";

const COLOURS = 8;
/** Ten times what is just noticeable of two colours side by side: enough for two thin lines. */
const LEAST_DIFFERENCE = 12;
/** What WCAG 2 asks of graphics. */
const LEAST_CONTRAST = 3;

const TOKENS = readFileSync("src/styles/tokens.css", "utf8");
const [LIGHT_RULES = "", DARK_RULES = ""] = TOKENS.split(
  "@media screen and (prefers-color-scheme: dark)",
);

function token(rules: string, name: string): string {
  const value = new RegExp(`--${name}: (#[0-9a-f]+);`).exec(rules)?.[1];
  assert.ok(value, name);
  return value;
}

function palette(rules: string): readonly string[] {
  return Array.from({ length: COLOURS }, (_, index) => token(rules, `series-${index + 1}`));
}

function grounds(rules: string): readonly string[] {
  return ["surface", "ground", "sunken"].map((name) => token(rules, name));
}

/** Return the pairs of colours, by their numbers, that are too close in this vision. */
function closePairs(colours: readonly string[], vision: string): readonly string[] {
  return colours.flatMap((one, index) =>
    colours.slice(index + 1).flatMap((other, offset) => {
      const isClose = differ(one, other, vision) < LEAST_DIFFERENCE;
      return isClose ? [`${index + 1}/${index + offset + 2}`] : [];
    }),
  );
}

for (const [scheme, rules] of [
  ["light", LIGHT_RULES],
  ["dark", DARK_RULES],
] as const) {
  for (const vision of VISIONS) {
    test(`no two colours of lines are close to each other: ${scheme}, ${vision}`, () => {
      assert.deepEqual(closePairs(palette(rules), vision), []);
    });

    test(`every colour of a line stands out from the background: ${scheme}, ${vision}`, () => {
      for (const colour of palette(rules)) {
        for (const ground of grounds(rules)) {
          const ratio = contrast(colour, ground, vision);
          assert.ok(ratio >= LEAST_CONTRAST, `${colour} on ${ground}: ${ratio.toFixed(2)}`);
        }
      }
    });
  }
}

/** The colours before this test, which it must not accept. */
const BEFORE = ["#3451c6", "#b4460f", "#7b3fb5", "#0f7278", "#a8326e", "#6a6a17", "#1f6fa8", "#7a4a32"];
const BEFORE_DARK = [
  "#93aaff",
  "#f0935f",
  "#c795f2",
  "#55c3c6",
  "#ee86b7",
  "#c4c15a",
  "#74b9ea",
  "#cfa184",
];

test("colours that only some can tell apart are found", () => {
  assert.deepEqual(closePairs(["#b4460f", "#6a6a17"], "normal vision"), []);
  assert.deepEqual(closePairs(["#b4460f", "#6a6a17"], "deuteranopia"), ["1/2"]);
  for (const vision of VISIONS.slice(1)) {
    assert.notDeepEqual(closePairs(BEFORE, vision), [], vision);
    assert.notDeepEqual(closePairs(BEFORE_DARK, vision), [], vision);
  }
});

test("a colour that fades into the background is found", () => {
  assert.ok(contrast("#d2f3a1", "#ffffff", "normal vision") < LEAST_CONTRAST);
});

test("black and white differ by 100 and have the highest contrast in every vision", () => {
  for (const vision of VISIONS) {
    assert.equal(Math.round(differ("#000000", "#ffffff", vision)), 100);
    assert.equal(Math.round(contrast("#000000", "#ffffff", vision)), 21);
  }
});

test("eight lines have eight colours and eight patterns of dashes; the first is solid", () => {
  const lines = Array.from({ length: COLOURS }, (_, colourIndex) => ({ colourIndex }));

  assert.equal(new Set(lines.map(seriesColour)).size, COLOURS);
  assert.equal(new Set(lines.map((line) => seriesDash(line).join())).size, COLOURS);
  assert.deepEqual(seriesDash({ colourIndex: 0 }), []);
});

test("the ninth line does not repeat the first: no two of 64 have the same colour and dashes", () => {
  const lines = Array.from({ length: 64 }, (_, colourIndex) => ({ colourIndex }));

  const looks = lines.map((line) => `${seriesColour(line)} ${seriesDash(line).join()}`);

  assert.equal(new Set(looks).size, 64);
});
