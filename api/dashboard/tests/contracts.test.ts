import assert from "node:assert/strict";
import { test } from "node:test";
import type { Snapshot } from "../src/api/types";
import { findContract, visibleContracts } from "../src/project/visible-contracts";
import { addUpContracts, describeSnapshot, formatBound } from "../src/snapshots/snapshot-totals";
import { contract, contractNow } from "./builders";

const NINE = [3, 9, 1, 8, 2, 7, 4, 6, 5].map((violations, index) =>
  contractNow({ id: `c${index}`, violations }),
);

test("of nine contracts the eight with most violations are drawn, in their order and colours", () => {
  const visible = visibleContracts(NINE, null);

  assert.deepEqual(
    visible.map(({ contract, colourIndex }) => [contract.id, colourIndex]),
    [0, 1, 3, 4, 5, 6, 7, 8].map((index) => [`c${index}`, index]),
  );
});

test("a selected contract is drawn alone, in the colour it always has", () => {
  assert.deepEqual(
    visibleContracts(NINE, "c2").map(({ contract, colourIndex }) => [contract.id, colourIndex]),
    [["c2", 2]],
  );
});

test("a contract that does not exist selects nothing", () => {
  assert.equal(visibleContracts(NINE, "gone").length, 8);
});

test("a contract is found by an id that it had before, unless another one has it now", () => {
  const renamed = contractNow({ id: "new" }, { previous_ids: ["newer", "old"] });
  const other = contractNow({ id: "newer" });

  assert.equal(findContract([renamed, other], "old"), renamed);
  assert.equal(findContract([renamed, other], "newer"), other);
  assert.equal(findContract([renamed, other], "gone"), undefined);
  assert.equal(findContract([renamed, other], null), undefined);
});

function snapshot(...contracts: Snapshot["contracts"]): Snapshot {
  return {
    commit: "4f1c2d7e9b3a5c6d",
    parent: null,
    committed_at: "2026-03-01T10:00:00Z",
    received_at: "2026-03-01T10:00:00Z",
    branches: [],
    configuration: "",
    tool_version: "",
    digest: "",
    graph: "",
    modules: 0,
    imports: 0,
    files: 0,
    unread: [],
    folder: "",
    contracts,
    build: null,
  };
}

test("the total is a lower bound if one of the counts is", () => {
  const exact = snapshot(contract({ violations: 2 }), contract({ violations: 0, kept: true }));
  const doubtful = snapshot(
    contract({ violations: 2 }),
    contract({ violations: 1000, lower_bound: true }),
  );

  assert.deepEqual(addUpContracts(exact), { violations: 2, isLowerBound: false, kept: 1 });
  assert.deepEqual(addUpContracts(doubtful), { violations: 1002, isLowerBound: true, kept: 0 });
  assert.equal(formatBound(1002, true), "\u2265 1,002");
  assert.equal(describeSnapshot(doubtful), "4f1c2d7e9 · 1 Mar 2026 · \u2265 1,002 open");
  assert.equal(describeSnapshot(exact), "4f1c2d7e9 · 1 Mar 2026 · 2 open");
});
