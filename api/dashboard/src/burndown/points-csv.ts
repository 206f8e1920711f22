/** The points of the lines shown as CSV. */

import { type Cell, renderCsv } from "../text/csv";
import { type ChartData, stepsWithPoint } from "./lines";

const COLUMNS = [
  "contract",
  "name",
  "branch",
  "commit",
  "committed_at",
  "violations",
  "lower_bound",
  "unread",
  "exposure",
  "adoption",
  "added",
  "fixed",
  "reintroduced",
  "dropped",
  "allowed",
] as const;

/** Return a row for each point of each contract shown, the oldest first; a count without verdict is empty. */
export function pointsCsv(data: ChartData): string {
  const rows = data.lines.flatMap((line) =>
    stepsWithPoint(line).map(({ point }): readonly Cell[] => [
      line.contract.id,
      line.contract.name,
      line.branch,
      point.commit,
      point.committed_at,
      point.violations,
      point.lower_bound,
      point.unread,
      point.exposure,
      point.adoption,
      point.added,
      point.fixed,
      point.reintroduced,
      point.dropped,
      point.allowed,
    ]),
  );
  return renderCsv([COLUMNS, ...rows]);
}
