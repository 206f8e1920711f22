/** The form that drops old graphs. Counts and violations are never dropped: the trend needs them. */

import { useState } from "preact/hooks";
import { endpoint, send } from "../api/client";
import type { Pruned } from "../api/types";
import { Card } from "../components/card";
import { TextField } from "../components/field";
import { formatNumber, pluralize } from "../text/format";
import { ConfirmButton } from "./confirm-button";
import { SaveResult } from "./save-result";
import { useSave } from "./use-save";

export function Retention({ project }: { readonly project: string }) {
  const [days, setDays] = useState("365");
  const save = useSave<Pruned>();
  const keep = /^\d{1,5}$/.test(days.trim()) ? Number(days) : null;
  const prune = () =>
    save.send(send("POST", endpoint<Pruned>(["projects", project, "prune"]), { keep_days: keep }));
  return (
    <Card
      title="Retention"
      about="Graphs take nearly all of the room. Dropping old ones leaves every count, every violation and every trend as it is; only the explorer cannot go back so far."
    >
      <form class="inline-form" onSubmit={(event) => event.preventDefault()}>
        <TextField
          label="Days whose graphs are kept"
          inputMode="numeric"
          value={days}
          onInput={(text) => {
            save.reset();
            setDays(text);
          }}
        />
        <ConfirmButton
          name="Drop older graphs"
          confirmation={`Drop those older than ${days.trim()} days`}
          disabled={keep === null || save.isBusy}
          onConfirm={prune}
        />
      </form>
      <SaveResult
        problem={save.problem}
        done={
          save.done &&
          `${pluralize(save.done.graphs, "graph")} dropped, ${formatBytes(save.done.bytes)} freed.`
        }
      />
    </Card>
  );
}

function formatBytes(bytes: number): string {
  return bytes < 1e6
    ? `${formatNumber(Math.round(bytes / 1e3))} KB`
    : `${formatNumber(Math.round(bytes / 1e6))} MB`;
}
