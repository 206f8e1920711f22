/** Two snapshots side by side. */

import { PageTitle } from "../components/page-title";
import type { ParametersOf } from "../router";

export default function Compare({ project }: ParametersOf<"compare">) {
  return <PageTitle title={`Comparison in ${project}`} />;
}
