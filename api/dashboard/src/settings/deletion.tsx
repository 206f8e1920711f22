/** Delete the project, and restore it within the grace. */

import { endpoint, send } from "../api/client";
import type { Deletion, ProjectNow } from "../api/types";
import { Card } from "../components/card";
import { formatTime } from "../text/format";
import { ConfirmButton } from "./confirm-button";
import { SaveResult } from "./save-result";
import { useSave } from "./use-save";

interface Properties {
  readonly project: ProjectNow;
  readonly onChanged: (project: ProjectNow) => void;
}

export function DeletionCard({ project, onChanged }: Properties) {
  const deletion = useSave<Deletion>();
  const restoration = useSave<ProjectNow>();
  const remove = () => {
    restoration.reset();
    deletion.send(
      send("DELETE", endpoint<Deletion>(["projects", project.name])).then((result) => {
        if (result.ok) {
          onChanged({ ...project, purge_at: result.value.purge_at });
        }
        return result;
      }),
    );
  };
  const restore = () => {
    deletion.reset();
    restoration.send(
      send("POST", endpoint<ProjectNow>(["projects", project.name, "restore"])).then((result) => {
        if (result.ok) {
          onChanged(result.value);
        }
        return result;
      }),
    );
  };
  return (
    <Card
      title="Deletion"
      about="A deleted project is hidden at once from all but its administrators. Until the end of its grace it can be restored as it was; after that nothing is left of it but the audit log."
    >
      {project.purge_at === null ? (
        <ConfirmButton
          name="Delete this project"
          confirmation={`Delete ${project.name}`}
          disabled={deletion.isBusy}
          onConfirm={remove}
        />
      ) : (
        <div class="stack">
          <p>
            This project is being deleted. It can be restored until <b>{formatTime(project.purge_at)}</b>
            .
          </p>
          <span class="card-actions">
            <button type="button" class="primary" disabled={restoration.isBusy} onClick={restore}>
              Restore it
            </button>
          </span>
        </div>
      )}
      <SaveResult
        problem={deletion.problem ?? restoration.problem}
        done={restoration.done && "Restored: it is as it was."}
      />
    </Card>
  );
}
