/** The violations of a project: searched, filtered, sorted and paged by the service. */

import { PageTitle } from "../components/page-title";
import type { ParametersOf } from "../router";

export default function Violations({ project }: ParametersOf<"violations">) {
  return <PageTitle title={`Violations of ${project}`} />;
}
