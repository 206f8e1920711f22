/** CSV (RFC 4180) of which no spreadsheet runs a cell, as the service's own exports. */

/** What makes spreadsheets take a cell for a formula; the last four are wide forms of the first. */
const FORMULA_START = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const NEEDS_QUOTES = /[",\r\n]/;

export type Cell = string | number | boolean | null;

export function renderCsv(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(renderCell).join(",")}\r\n`).join("");
}

function renderCell(value: Cell): string {
  if (typeof value !== "string") {
    return value === null ? "" : String(value);
  }
  const text = FORMULA_START.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
