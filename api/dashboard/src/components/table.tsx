/** A table whose columns render the rows; the service sorts and paginates them. */

import type { ComponentChildren } from "preact";
import { Icon } from "./icon";

export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** What the cell shows, as a text that is equal where it shows the same. */
  readonly value?: (row: Row) => string;
  /** Right for figures. */
  readonly align?: "right";
  /** The name by which the service sorts. */
  readonly sort?: string;
  /** Hidden on a phone. */
  readonly wide?: boolean;
  /** A CSS width; if any column has one, the layout is fixed and cells do not change widths. */
  readonly width?: string;
}

export interface Sorted {
  readonly by: string;
  readonly descending: boolean;
}

interface Properties<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly sorted?: Sorted;
  readonly onSort?: (sorted: Sorted) => void;
  /** On a phone each row becomes a block with one line per cell. */
  readonly stacks?: boolean;
  /** Rows are low, so that many are seen at once. */
  readonly dense?: boolean;
}

export function Table<Row>({
  caption,
  columns,
  rows,
  keyOf,
  sorted,
  onSort,
  stacks = false,
  dense = false,
}: Properties<Row>) {
  const classes = [
    columns.some((column) => column.width) ? "fixed" : "",
    stacks ? "stacks" : "",
    dense ? "dense" : "",
  ]
    .filter(Boolean)
    .join(" ");
  return (
    // A group, because a landmark would repeat the name of the card around it.
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keyboard users scroll it as well
    <div class="table-frame" role="group" tabIndex={0} aria-label={caption}>
      <table class={classes || undefined}>
        <caption class="unseen">{caption}</caption>
        <colgroup>
          {columns.map((column) => (
            <col
              key={column.name}
              class={column.wide ? "only-wide" : undefined}
              style={{ "--width": column.width ?? "auto" }}
            />
          ))}
        </colgroup>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.name} column={column} sorted={sorted} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <td key={column.name} class={columnClass(column)} data-name={column.name}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface HeadProperties<Row> {
  readonly column: Column<Row>;
  readonly sorted: Sorted | undefined;
  readonly onSort: ((sorted: Sorted) => void) | undefined;
}

function Head<Row>({ column, sorted, onSort }: HeadProperties<Row>) {
  const by = column.sort;
  if (by === undefined || onSort === undefined) {
    return (
      <th scope="col" class={columnClass(column)}>
        {column.name}
      </th>
    );
  }
  const active = sorted?.by === by;
  const direction = active ? (sorted.descending ? "descending" : "ascending") : "none";
  return (
    <th scope="col" class={columnClass(column)} aria-sort={direction}>
      <button
        type="button"
        class="sort"
        onClick={() => onSort({ by, descending: active && !sorted.descending })}
      >
        {column.name}
        {active && <Icon name={sorted.descending ? "down" : "up"} />}
      </button>
    </th>
  );
}

function columnClass<Row>(column: Column<Row>): string | undefined {
  const classes = [column.align === "right" && "figure", column.wide && "only-wide"].filter(Boolean);
  return classes.length > 0 ? classes.join(" ") : undefined;
}
