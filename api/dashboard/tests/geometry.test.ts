import assert from "node:assert/strict";
import { test } from "node:test";
import { isWithin, overlap, Profile } from "../src/burndown/geometry";

const BOX = { left: 10, top: 10, width: 20, height: 10 };

test("boxes that touch do not overlap, unless they need a gap", () => {
  const beside = { ...BOX, left: 30 };

  assert.equal(overlap(BOX, beside), false);
  assert.equal(overlap(BOX, beside, 1), true);
  assert.equal(overlap(BOX, { ...BOX, left: 29 }), true);
  assert.equal(overlap(BOX, { ...BOX, top: 20 }), false);
});

test("a box is within another if none of its sides is outside", () => {
  assert.equal(isWithin(BOX, BOX), true);
  assert.equal(isWithin(BOX, { ...BOX, width: 19 }), false);
  assert.equal(isWithin(BOX, { ...BOX, top: 11 }), false);
});

test("a horizontal stroke is touched from above, from below and across, and not beside it", () => {
  const profile = new Profile();
  profile.addStroke([100, 50], [200, 50]);

  const touches = (left: number, top: number, gap = 0) =>
    profile.touches({ left, top, width: 20, height: 10 }, gap);

  assert.equal(touches(150, 45), true);
  assert.equal(touches(150, 39), false);
  assert.equal(touches(150, 39, 3), true);
  assert.equal(touches(150, 51), false);
  assert.equal(touches(75, 45), false);
  assert.equal(touches(190, 45), true);
});

test("a vertical stroke is touched at all of its heights", () => {
  const profile = new Profile();
  profile.addStroke([100, 20], [100, 90]);

  assert.equal(profile.touches({ left: 95, top: 50, width: 10, height: 5 }, 0), true);
  assert.equal(profile.touches({ left: 95, top: 91, width: 10, height: 5 }, 0), false);
  assert.equal(profile.touches({ left: 102, top: 50, width: 10, height: 5 }, 0), false);
});

test("a slanted stroke leaves room on both of its sides", () => {
  const profile = new Profile();
  profile.addStroke([0, 0], [100, 100]);

  assert.equal(profile.touches({ left: 45, top: 45, width: 10, height: 10 }, 0), true);
  assert.equal(profile.touches({ left: 60, top: 10, width: 20, height: 20 }, 0), false);
  assert.equal(profile.touches({ left: 10, top: 60, width: 20, height: 20 }, 0), false);
});

test("the room above a stroke is a part of it", () => {
  const profile = new Profile();
  profile.addStroke([0, 50], [100, 50], 20);

  assert.equal(profile.touches({ left: 40, top: 25, width: 10, height: 10 }, 0), true);
  assert.equal(profile.touches({ left: 40, top: 15, width: 10, height: 10 }, 0), false);
});
