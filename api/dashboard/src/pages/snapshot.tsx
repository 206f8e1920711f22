/** A snapshot: what a commit has, and what it changed. */

import { PageTitle } from "../components/page-title";
import type { ParametersOf } from "../router";

export default function Snapshot({ project, commit }: ParametersOf<"snapshot">) {
  return <PageTitle title={`${commit.slice(0, 9)} of ${project}`} />;
}
