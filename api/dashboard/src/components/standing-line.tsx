/** Where the project stands on the branch, in the words of the API; it is at the top of each of its pages. */

import * as endpoints from "../api/endpoints";
import type { ProjectNow } from "../api/types";
import { branch } from "../router";
import { Link } from "./link";
import { Rebuilding } from "./rebuilding";
import { StateBadge } from "./state-badge";
import { unreadFilesPath } from "./unread-files";

export function StandingLine({ project }: { readonly project: ProjectNow | null }) {
  const now = project?.now ?? null;
  const at = project?.contracts[0]?.at.commit;
  return (
    <p class="standing">
      {project !== null && now !== null && (
        <>
          <b>
            <bdi>{branch.value ?? project.default_branch}</bdi>
          </b>
          <StateBadge state={now.state} />
          <span class="sentence">{now.sentence}</span>
          {now.unread > 0 && at !== undefined && (
            <Link to={unreadFilesPath(project.name, at)}>Unread files</Link>
          )}
          {now.rebuilding && (
            <Rebuilding
              text="This line is being recomputed; the last complete one is shown."
              endpoint={endpoints.project(project.name, { branch: branch.value })}
              isOver={(answer) => answer.now?.rebuilding !== true}
            />
          )}
        </>
      )}
    </p>
  );
}
