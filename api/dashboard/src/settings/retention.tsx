/** How long graphs are kept. Counts and violations are kept for good: the trend needs them. */

import { useState } from "preact/hooks";
import { question, tell } from "../api/client";
import type { Pruned } from "../api/types";
import { Card } from "../components/card";
import { Text } from "../components/field";
import { count, counted } from "../text/format";
import { Confirmed } from "./confirm-button";
import { Said } from "./save-result";
import { useSaving } from "./use-save";

export function Retention({ project }: { readonly project: string }) {
  const [days, setDays] = useState("365");
  const saving = useSaving<Pruned>();
  const keep = /^\d{1,5}$/.test(days.trim()) ? Number(days) : null;
  const prune = () =>
    saving.send(tell("POST", question<Pruned>(["projects", project, "prune"]), { keep_days: keep }));
  return (
    <Card
      title="Retention"
      about="Graphs take nearly all of the room. Dropping old ones leaves every count, every violation and every trend as it is; only the explorer cannot go back so far."
    >
      <form class="inline-form" onSubmit={(event) => event.preventDefault()}>
        <Text
          label="Days whose graphs are kept"
          inputMode="numeric"
          value={days}
          onInput={(text) => {
            saving.forget();
            setDays(text);
          }}
        />
        <Confirmed
          name="Drop older graphs"
          sure={`Drop those older than ${days.trim()} days`}
          disabled={keep === null || saving.isBusy}
          onConfirm={prune}
        />
      </form>
      <Said
        problem={saving.problem}
        done={
          saving.done &&
          `${counted(saving.done.graphs, "graph")} dropped, ${size(saving.done.bytes)} freed.`
        }
      />
    </Card>
  );
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${count(Math.round(bytes / 1e3))} KB` : `${count(Math.round(bytes / 1e6))} MB`;
}
