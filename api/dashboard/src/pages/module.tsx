/** A module: who imports it, what it imports, its violations, its history. */

import { PageTitle } from "../components/page-title";
import type { ParametersOf } from "../router";

export default function Module({ project, module }: ParametersOf<"module">) {
  return <PageTitle title={`${module} of ${project}`} />;
}
