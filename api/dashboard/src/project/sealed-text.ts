/** How a contract came to zero, in words. */

import type { Summary } from "../api/types";
import { formatDate, formatNumber, pluralize } from "../text/format";

/** Return a text as in "Sealed since 10 Sep 2020 · from 107 · 10 came back on the way". */
export function describeSealed({ sealed_since, highest, reintroduced }: Summary): string {
  const parts = [
    sealed_since === null ? "Sealed" : `Sealed since ${formatDate(sealed_since.committed_at)}`,
    highest.violations === 0 ? "never had a violation" : `from ${formatNumber(highest.violations)}`,
  ];
  if (reintroduced > 0) {
    parts.push(`${pluralize(reintroduced, "came", "came")} back on the way`);
  }
  return parts.join(" · ");
}
