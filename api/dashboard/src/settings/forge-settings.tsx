/** The form for the project's forge, to which paths and lines link. */

import { useState } from "preact/hooks";
import { endpoint, send } from "../api/client";
import type { ProjectNow } from "../api/types";
import { Card } from "../components/card";
import { SelectField, TextField } from "../components/field";
import { createSourceLink, FORGES, readTemplate, webAddress } from "../text/forge";
import { SaveResult } from "./save-result";
import { useSave } from "./use-save";

interface Properties {
  readonly project: ProjectNow;
  readonly onChanged: (project: ProjectNow) => void;
}

const OTHER = "other";
const EXAMPLE = { commit: "4f1c2d7e9b3a5c6d8e0f1a2b3c4d5e6f7a8b9c0d", folder: "" };

export function ForgeSettings({ project, onChanged }: Properties) {
  const current = project.settings.link ?? "";
  const parsed = readTemplate(current);
  const [forge, setForge] = useState<string>(parsed?.forge ?? (current === "" ? "github" : OTHER));
  const [repository, setRepository] = useState(parsed?.repository ?? "");
  const [template, setTemplate] = useState(current);
  const save = useSave<ProjectNow>();
  const file = FORGES.find(({ id }) => id === forge)?.file;
  const link = file === undefined ? template.trim() : joinLink(repository.trim(), file);
  const example = link === "" ? null : createSourceLink(link, EXAMPLE)("shop/order.py", 12);
  const isRefused = link !== "" && webAddress(link) === null;

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const settings = { ...project.settings, link: link === "" ? null : link };
    save.send(
      send("PATCH", endpoint<ProjectNow>(["projects", project.name]), { settings }).then((result) => {
        if (result.ok) {
          onChanged(result.value);
        }
        return result;
      }),
    );
  };
  return (
    <Card title="Links to the source" about="Each path and line of a violation leads there.">
      <form class="inline-form" onSubmit={submit} onInput={save.reset}>
        <SelectField
          label="Forge"
          value={forge}
          options={[
            ...FORGES.map(({ id, name }) => ({ value: id, name })),
            { value: OTHER, name: "Another" },
          ]}
          onChoose={setForge}
        />
        {file === undefined ? (
          <TextField
            label="Template"
            class="grow"
            value={template}
            placeholder="https://…/{commit}/{path}#L{line}"
            onInput={setTemplate}
          />
        ) : (
          <TextField
            label="Address of the repository"
            class="grow"
            inputMode="url"
            value={repository}
            placeholder={`https://${forge === "github" ? "github.com" : `${forge}.example.org`}/owner/repository`}
            onInput={setRepository}
          />
        )}
        <button type="submit" class="primary" disabled={save.isBusy || isRefused}>
          Save
        </button>
      </form>
      <p class="small">
        {isRefused ? (
          <span class="worse">An address begins with https:// or http://.</span>
        ) : example === null ? (
          <span class="muted">Without an address, path and line are plain text.</span>
        ) : (
          <>
            <span class="muted">shop/order.py:12 leads to </span>
            <code>{example}</code>
          </>
        )}
      </p>
      <SaveResult problem={save.problem} done={save.done && "Saved."} />
    </Card>
  );
}

function joinLink(repository: string, file: string): string {
  return repository === "" ? "" : repository.replace(/(\.git)?\/*$/, "") + file;
}
