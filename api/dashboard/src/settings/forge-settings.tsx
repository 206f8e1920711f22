/** Where path and line lead: the project's forge. */

import { useState } from "preact/hooks";
import { question, tell } from "../api/client";
import type { ProjectNow } from "../api/types";
import { Card } from "../components/card";
import { Choice, Text } from "../components/field";
import { FORGES, forgeOf, readTemplate, webAddress } from "../text/forge";
import { Said } from "./save-result";
import { useSaving } from "./use-save";

interface Properties {
  readonly found: ProjectNow;
  readonly onChanged: (found: ProjectNow) => void;
}

const OTHER = "other";
const EXAMPLE = { commit: "4f1c2d7e9b3a5c6d8e0f1a2b3c4d5e6f7a8b9c0d", folder: "" };

export function ForgeSettings({ found, onChanged }: Properties) {
  const known = found.settings["link"] ?? "";
  const read = readTemplate(known);
  const [forge, setForge] = useState<string>(read?.forge ?? (known === "" ? "github" : OTHER));
  const [repository, setRepository] = useState(read?.repository ?? "");
  const [template, setTemplate] = useState(known);
  const saving = useSaving<ProjectNow>();
  const file = FORGES.find(({ id }) => id === forge)?.file;
  const link = file === undefined ? template.trim() : joined(repository.trim(), file);
  const example = link === "" ? null : forgeOf(link, EXAMPLE)("shop/order.py", 12);
  const isRefused = link !== "" && webAddress(link) === null;

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const { link: _, ...others } = found.settings;
    const settings = link === "" ? others : { ...others, link };
    saving.send(
      tell("PATCH", question<ProjectNow>(["projects", found.name]), { settings }).then((result) => {
        if (result.ok) {
          onChanged(result.value);
        }
        return result;
      }),
    );
  };
  return (
    <Card title="Links to the source" about="Each path and line of a violation leads there.">
      <form class="inline-form" onSubmit={submit} onInput={saving.forget}>
        <Choice
          label="Forge"
          value={forge}
          options={[
            ...FORGES.map(({ id, name }) => ({ value: id, name })),
            { value: OTHER, name: "Another" },
          ]}
          onChoose={setForge}
        />
        {file === undefined ? (
          <Text
            label="Template"
            class="grow"
            value={template}
            placeholder="https://…/{commit}/{path}#L{line}"
            onInput={setTemplate}
          />
        ) : (
          <Text
            label="Address of the repository"
            class="grow"
            inputMode="url"
            value={repository}
            placeholder={`https://${forge === "github" ? "github.com" : `${forge}.example.org`}/owner/repository`}
            onInput={setRepository}
          />
        )}
        <button type="submit" class="primary" disabled={saving.isBusy || isRefused}>
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
      <Said problem={saving.problem} done={saving.done && "Saved."} />
    </Card>
  );
}

function joined(repository: string, file: string): string {
  return repository === "" ? "" : repository.replace(/(\.git)?\/*$/, "") + file;
}
