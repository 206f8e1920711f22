/** Columns whose value is the same in all rows: it is said once, above the table. */

import type { Column } from "../components/table";

interface Split<Row> {
  readonly shown: readonly Column<Row>[];
  /** Those that have the same value in every row. */
  readonly shared: readonly Column<Row>[];
}

/** Part the columns; `kept` is the name of a sort order by which the list still has to be sortable. */
export function splitColumns<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  kept: string | null,
): Split<Row> {
  const isShared = ({ value, sort }: Column<Row>) =>
    value !== undefined &&
    rows.length > 1 &&
    (sort === undefined || sort !== kept) &&
    new Set(rows.map(value)).size === 1;
  return {
    shown: fillWidth(columns.filter((column) => !isShared(column))),
    shared: columns.filter(isShared),
  };
}

/** Give the room that is left to the last column whose width is a part, unless another one takes it. */
function fillWidth<Row>(columns: readonly Column<Row>[]): readonly Column<Row>[] {
  const last = columns.findLastIndex(({ width }) => width?.endsWith("%"));
  return last === -1 || columns.some(({ width }) => width === undefined)
    ? columns
    : columns.map((column, index) => (index === last ? { ...column, width: "auto" } : column));
}
