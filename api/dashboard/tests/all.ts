/** All tests in one process: starting Node once for each file would take longer than the tests. */

import "./fake-browser";

for (const load of Object.values(import.meta.glob("./*.test.ts"))) {
  await load();
}
