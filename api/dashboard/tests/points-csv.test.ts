import assert from "node:assert/strict";
import { test } from "node:test";
import { buildChartData, buildLine } from "../src/burndown/lines";
import { pointsCsv } from "../src/burndown/points-csv";
import { at, contract, point, trend } from "./builders";

const ALL = { since: null, until: null };
const NOW = at("2026-03-10");
const HEAD =
  "contract,name,branch,commit,committed_at,violations,lower_bound,unread,exposure,adoption,added,fixed,reintroduced,dropped,allowed";

test("each point of each contract shown is a row", () => {
  const one = buildLine(
    contract({ id: "one" }),
    0,
    trend([
      point("2026-03-01", 3, { added: 3 }),
      point("2026-03-02", 2, { fixed: 1, lower_bound: true, unread: 4, adoption: 7 }),
    ]),
    ALL,
    NOW,
  );
  const two = buildLine(
    contract({ id: "two", name: "Two" }),
    1,
    trend([point("2026-03-03", 1)]),
    ALL,
    NOW,
  );

  assert.deepEqual(pointsCsv(buildChartData([one, two], ALL, NOW)).split("\r\n"), [
    HEAD,
    "one,There is one engine,main,commit of 2026-03-01,2026-03-01T00:00:00Z,3,false,0,3,,3,0,0,0,0",
    "one,There is one engine,main,commit of 2026-03-02,2026-03-02T00:00:00Z,2,true,4,2,7,0,1,0,0,0",
    "two,Two,main,commit of 2026-03-03,2026-03-03T00:00:00Z,1,false,0,1,,0,0,0,0,0",
    "",
  ]);
});

test("a snapshot without verdict has no count, and what held before the period is no row", () => {
  const period = { since: at("2026-03-02"), until: null };
  const line = buildLine(
    contract(),
    0,
    trend([point("2026-03-03", 2, { violations: null })], {}, [
      point("2026-03-01", 2),
      point("2026-03-03", 2),
    ]),
    period,
    NOW,
  );

  const [, row, end] = pointsCsv(buildChartData([line], period, NOW)).split("\r\n");

  assert.equal(
    row,
    "one-engine,There is one engine,main,commit of 2026-03-03,2026-03-03T00:00:00Z,,false,0,2,,0,0,0,0,0",
  );
  assert.equal(end, "");
});

test("a contract's name is no formula", () => {
  const name = '=HYPERLINK("https://evil.example","a")';
  const line = buildLine(contract({ name }), 0, trend([point("2026-03-01", 3)]), ALL, NOW);

  assert.ok(
    pointsCsv(buildChartData([line], ALL, NOW)).includes(
      `,"'=HYPERLINK(""https://evil.example"",""a"")",`,
    ),
  );
});
