/** The form for who may read the project, and for its default branch. */

import { useState } from "preact/hooks";
import { endpoint, send } from "../api/client";
import * as endpoints from "../api/endpoints";
import type { ProjectNow } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Card } from "../components/card";
import { SelectField } from "../components/field";
import { SaveResult } from "./save-result";
import { useSave } from "./use-save";

interface Properties {
  readonly project: ProjectNow;
  readonly onChanged: (project: ProjectNow) => void;
}

const READERS = [
  { value: "no", name: "Who has a token" },
  { value: "yes", name: "Anybody" },
];

const STAYS_PUBLIC =
  "Saved; but the service was started with --public-read for it: anybody may still read it.";

export function AccessSettings({ project, onChanged }: Properties) {
  const [isPublic, setPublic] = useState(project.public ? "yes" : "no");
  const [branch, setBranch] = useState(project.default_branch ?? "");
  const save = useSave<ProjectNow>();
  const answer = useAnswer(endpoints.branches(project.name, { limit: 200 }));
  const names = answer.state === "failed" ? [] : (answer.value?.items.map(({ name }) => name) ?? []);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const settings = branch === "" ? project.settings : { ...project.settings, default_branch: branch };
    const changes = { public: isPublic === "yes", settings };
    save.send(
      send("PATCH", endpoint<ProjectNow>(["projects", project.name]), changes).then((result) => {
        if (result.ok) {
          onChanged(result.value);
        }
        return result;
      }),
    );
  };
  const staysPublic = project.public && isPublic === "no";
  return (
    <Card title="Reading">
      <form class="inline-form" onSubmit={submit} onChange={save.reset}>
        <SelectField
          label="Default branch"
          value={branch}
          options={[...new Set([branch, ...names])].map((name) => ({ value: name, name }))}
          onChoose={setBranch}
        />
        <SelectField label="Who may read" value={isPublic} options={READERS} onChoose={setPublic} />
        <button type="submit" class="primary" disabled={save.isBusy}>
          Save
        </button>
      </form>
      <SaveResult problem={save.problem} done={save.done && (staysPublic ? STAYS_PUBLIC : "Saved.")} />
    </Card>
  );
}
