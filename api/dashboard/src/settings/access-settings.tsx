/** Who may read the project, and which branch it is shown by. */

import { useState } from "preact/hooks";
import { question, tell } from "../api/client";
import * as questions from "../api/questions";
import type { ProjectNow } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Card } from "../components/card";
import { Choice } from "../components/field";
import { Said } from "./save-result";
import { useSaving } from "./use-save";

interface Properties {
  readonly found: ProjectNow;
  readonly onChanged: (found: ProjectNow) => void;
}

const WHO = [
  { value: "no", name: "Who has a token" },
  { value: "yes", name: "Anybody" },
];

const STAYS = "Saved; but the service was started with --public-read for it: anybody may still read it.";

export function Reading({ found, onChanged }: Properties) {
  const [isPublic, setPublic] = useState(found.public ? "yes" : "no");
  const [branch, setBranch] = useState(found.default_branch ?? "");
  const saving = useSaving<ProjectNow>();
  const answer = useAnswer(questions.branches(found.name, { limit: 200 }));
  const names = answer.state === "failed" ? [] : (answer.value?.items.map(({ name }) => name) ?? []);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const settings = branch === "" ? found.settings : { ...found.settings, default_branch: branch };
    const wanted = { public: isPublic === "yes", settings };
    saving.send(
      tell("PATCH", question<ProjectNow>(["projects", found.name]), wanted).then((result) => {
        if (result.ok) {
          onChanged(result.value);
        }
        return result;
      }),
    );
  };
  const stays = found.public && isPublic === "no";
  return (
    <Card title="Reading">
      <form class="inline-form" onSubmit={submit} onChange={saving.forget}>
        <Choice
          label="Default branch"
          value={branch}
          options={[...new Set([branch, ...names])].map((name) => ({ value: name, name }))}
          onChoose={setBranch}
        />
        <Choice label="Who may read" value={isPublic} options={WHO} onChoose={setPublic} />
        <button type="submit" class="primary" disabled={saving.isBusy}>
          Save
        </button>
      </form>
      <Said problem={saving.problem} done={saving.done && (stays ? STAYS : "Saved.")} />
    </Card>
  );
}
