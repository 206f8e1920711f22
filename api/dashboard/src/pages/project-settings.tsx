/** A project's settings: tokens, notifications, links to its forge, badges, access, retention, deletion, and who did what. */

import { useState } from "preact/hooks";
import * as endpoints from "../api/endpoints";
import type { ProjectNow, Token } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Loaded } from "../components/notice";
import { PageTitle } from "../components/page-title";
import type { ParametersOf } from "../router";
import { AccessSettings } from "../settings/access-settings";
import { AuditLog } from "../settings/audit-log";
import { Badges } from "../settings/badges";
import { DeletionCard } from "../settings/deletion";
import { ForgeSettings } from "../settings/forge-settings";
import { Retention } from "../settings/retention";
import "../settings/settings.css";
import { Notifications } from "../settings/notifications";
import { RequireAdmin } from "../settings/require-admin";
import { Tokens } from "../settings/tokens";

export default function ProjectSettings({ project }: ParametersOf<"project-settings">) {
  return (
    <>
      <PageTitle title="Settings" />
      <RequireAdmin>{(own) => <LoadedSettings project={project} own={own} />}</RequireAdmin>
    </>
  );
}

function LoadedSettings({ project, own }: { readonly project: string; readonly own: Token }) {
  const answer = useAnswer(endpoints.project(project));
  return (
    <Loaded answer={answer} lines={14}>
      {(loaded) => <Cards initial={loaded} own={own} />}
    </Loaded>
  );
}

function Cards({ initial, own }: { readonly initial: ProjectNow; readonly own: Token }) {
  const [project, setProject] = useState(initial);
  return (
    <div class="stack">
      <Tokens project={project.name} own={own} />
      <Notifications project={project.name} />
      <ForgeSettings project={project} onChanged={setProject} />
      <Badges project={project} />
      <AccessSettings project={project} onChanged={setProject} />
      <Retention project={project.name} />
      <DeletionCard project={project} onChanged={setProject} />
      <AuditLog project={project.name} />
    </div>
  );
}
