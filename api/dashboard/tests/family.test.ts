import assert from "node:assert/strict";
import { test } from "node:test";
import type { FamilyLine, FamilyMember, FamilyPoint } from "../src/api/types";
import { buildImporterChart, drawSteps, findPoint } from "../src/family/importer-lines";
import { describeImporters, describeRole, groupMembers } from "../src/family/roles";

function member(id: string, role: string, rest: Partial<FamilyMember> = {}): FamilyMember {
  return {
    id,
    role,
    path: "shop/engine.py",
    line: 1,
    status: "violation",
    facts: [],
    importers: 0,
    test_importers: 0,
    paths: [],
    ...rest,
  };
}

function line(path: string): FamilyLine {
  return { definition: "shop.engine:Engine", path, is_canonical: true };
}

function point(day: number, importers: readonly number[], others = 0): FamilyPoint {
  return { commit: "a".repeat(40), committed_at: `2026-01-0${day}T00:00:00Z`, importers, others };
}

test("groups stand in the order of roles, and their members by importers and name", () => {
  const groups = groupMembers([
    member("t:Test", "test"),
    member("a:B", "clone", { importers: 1 }),
    member("a:A", "clone", { importers: 1 }),
    member("a:C", "clone", { importers: 7 }),
    member("c:C", "canonical"),
  ]);

  assert.deepEqual(
    groups.map(({ role, members }) => [role, members.map(({ id }) => id)]),
    [
      ["canonical", ["c:C"]],
      ["clone", ["a:C", "a:A", "a:B"]],
      ["test", ["t:Test"]],
    ],
  );
});

test("a role of a later version has a group of its own before interfaces and tests", () => {
  const groups = groupMembers([
    member("t:T", "test"),
    member("n:N", "constructor"),
    member("a:A", "clone"),
  ]);

  assert.deepEqual(
    groups.map(({ name }) => name),
    ["Clones", "constructor", "Tests"],
  );
  assert.equal(describeRole("constructor").name, "constructor");
});

test("importers are told with their paths and tests", () => {
  const paths = [
    { path: "a:A", importers: 2 },
    { path: "b:A", importers: 1 },
  ];
  assert.equal(describeImporters(member("a:A", "clone")), "imported by no module");
  assert.equal(describeImporters(member("a:A", "clone", { importers: 1 })), "1 importer");
  assert.equal(
    describeImporters(member("a:A", "clone", { importers: 3, test_importers: 2, paths })),
    "3 importers by 2 paths, 2 of them tests",
  );
  assert.equal(
    describeImporters(member("a:A", "clone", { importers: 3, test_importers: 3 })),
    "3 importers, all of them tests",
  );
});

test("seven paths have a line, and all others have one together", () => {
  const lines = Array.from({ length: 9 }, (_, index) => line(`m${index}:Engine`));
  const chart = buildImporterChart({ lines, points: [point(1, [9, 8, 7, 6, 5, 4, 3, 2, 1], 10)] });

  assert.equal(chart?.lines.length, 8);
  assert.deepEqual(chart?.lines.at(-1), { of: null, values: [13], colourIndex: 7 });
});

test("there is no line for others where there are none, and no chart without points", () => {
  assert.equal(buildImporterChart({ lines: [line("a:A")], points: [point(1, [1])] })?.lines.length, 1);
  assert.equal(buildImporterChart({ lines: [line("a:A")], points: [] }), null);
  assert.equal(buildImporterChart({ lines: [], points: [point(1, [])] }), null);
});

test("a count holds until the next point", () => {
  const chart = buildImporterChart({
    lines: [line("a:A")],
    points: [point(1, [0]), point(2, [4]), point(5, [2])],
  });

  assert.ok(chart !== null);
  assert.equal(chart.maximum, 4);
  assert.equal(drawSteps(chart, [0, 4, 2], 100, 40), "M0 40H25V0H100V20");
  assert.equal(drawSteps({ ...chart, times: [1] }, [2], 100, 40), "M0 20H100");
});

test("the pointer is at the last point before it", () => {
  const times = [0, 25, 100];
  assert.deepEqual(
    [-0.1, 0, 0.24, 0.25, 0.99, 1, 1.2].map((part) => findPoint(times, part)),
    [0, 0, 0, 1, 1, 2, 2],
  );
});
