/** Buttons for a paginated list; the address holds the page shown. */

import { query, setQuery } from "../router";
import { formatNumber } from "../text/format";
import { Icon } from "./icon";

interface Start {
  readonly after: string | null;
  readonly row: number;
}

/** The previous page of each cursor: the API's cursors lead forward only. */
const before = new Map<string, Start>();

interface Properties {
  readonly shown: number;
  readonly next: string | null;
  /** The number of items, or null if the API does not count them. */
  readonly total: number | null;
  readonly noun: string;
}

export function Pager({ shown, next, total, noun }: Properties) {
  const after = query.value.get("after");
  const row = Number(query.value.get("row")) || 1;
  const back = after === null ? null : (before.get(after) ?? { after: null, row: 1 });
  const go = (start: Start) => {
    setQuery({ after: start.after, row: start.after === null ? null : start.row });
    window.scrollTo(0, 0);
  };
  const forward = () => {
    if (next !== null) {
      before.set(next, { after, row });
      go({ after: next, row: row + shown });
    }
  };
  if (shown === 0 && after === null) {
    return null;
  }
  return (
    <nav class="pager" aria-label={`Pages of ${noun}`}>
      <p aria-live="polite">
        {formatNumber(row)}–{formatNumber(row + shown - 1)}
        {total !== null && ` of ${formatNumber(total)}`} {noun}
      </p>
      {(back !== null || next !== null) && (
        <div class="pager-buttons">
          <button type="button" disabled={back === null} onClick={() => back !== null && go(back)}>
            <Icon name="left" /> {back !== null && back.after === null ? "First page" : "Previous"}
          </button>
          <button type="button" disabled={next === null} onClick={forward}>
            Next <Icon name="right" />
          </button>
        </div>
      )}
    </nav>
  );
}

/** The query values of the first page, to be set together with a new filter. */
export const FIRST_PAGE = { after: null, row: null };
