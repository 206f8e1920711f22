/** The import graph around a module, or between two packages. */

import { PageTitle } from "../components/page-title";
import type { ParametersOf } from "../router";

export default function Explorer({ project }: ParametersOf<"explorer">) {
  return <PageTitle title={`Explorer of ${project}`} />;
}
