/** A project's settings: who may read it, links to its forge, badges, tokens, retention. */

import { useState } from "preact/hooks";
import * as endpoints from "../api/endpoints";
import type { ProjectNow } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Loaded } from "../components/notice";
import { PageTitle } from "../components/page-title";
import type { ParametersOf } from "../router";
import { AccessSettings } from "../settings/access-settings";
import { Badges } from "../settings/badges";
import { ForgeSettings } from "../settings/forge-settings";
import { Retention } from "../settings/retention";
import "../settings/settings.css";
import { RequireAdmin } from "../settings/require-admin";
import { Tokens } from "../settings/tokens";

export default function ProjectSettings({ project }: ParametersOf<"project-settings">) {
  return (
    <>
      <PageTitle title="Settings" />
      <RequireAdmin>{(own) => <Asked project={project} own={own.id} />}</RequireAdmin>
    </>
  );
}

function Asked({ project, own }: { readonly project: string; readonly own: string }) {
  const answer = useAnswer(endpoints.project(project));
  return (
    <Loaded answer={answer} lines={14}>
      {(found) => <All first={found} own={own} />}
    </Loaded>
  );
}

function All({ first, own }: { readonly first: ProjectNow; readonly own: string }) {
  const [found, setFound] = useState(first);
  return (
    <div class="stack">
      <Tokens project={found.name} own={own} />
      <ForgeSettings project={found} onChanged={setFound} />
      <Badges project={found} />
      <AccessSettings project={found} onChanged={setFound} />
      <Retention project={found.name} />
    </div>
  );
}
