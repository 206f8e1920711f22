/** A project: the burn-down of its contracts, what is left, and who is next. */

import { PageTitle } from "../components/page-title";
import type { ParametersOf } from "../router";

export default function Project({ project }: ParametersOf<"project">) {
  return <PageTitle title={project} />;
}
