/** A project's settings: who may read it, links to its forge, badges, tokens, retention. */

import { PageTitle } from "../components/page-title";
import type { ParametersOf } from "../router";

export default function ProjectSettings({ project }: ParametersOf<"project-settings">) {
  return <PageTitle title={`Settings of ${project}`} />;
}
