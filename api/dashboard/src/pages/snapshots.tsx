/** The snapshots of a project along a branch. */

import { PageTitle } from "../components/page-title";
import type { ParametersOf } from "../router";

export default function Snapshots({ project }: ParametersOf<"snapshots">) {
  return <PageTitle title={`Snapshots of ${project}`} />;
}
