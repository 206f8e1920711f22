/** The batches of a plan: what is to be done next, by whom, and what the count is after it. */

import { useState } from "preact/hooks";
import type { BatchProgress } from "../api/types";
import { Card } from "../components/card";
import { CopyButton } from "../components/copy-button";
import { ShowMore } from "../components/expandable-list";
import { Icon } from "../components/icon";
import { BreakableName } from "../components/names";
import { pluralize } from "../text/format";
import {
  describeBatch,
  findBatchState,
  formatPrediction,
  listOpenFiles,
  sortBatches,
  writeCommand,
} from "./batch-text";

const FIRST = 20;

/** The names of contracts by id. */
export type ContractNames = ReadonlyMap<string, string>;

interface Properties {
  readonly batches: readonly BatchProgress[];
  readonly names: ContractNames;
}

export function Batches({ batches, names }: Properties) {
  const [shown, setShown] = useState(FIRST);
  const sorted = sortBatches(batches);
  return (
    <Card
      title="Batches"
      about="Each is the size of a pull request. One is done when none of its violations is left in the newest snapshot."
    >
      {batches.length === 0 ? (
        <p class="muted">Nothing can be rewritten yet: everything is blocked.</p>
      ) : (
        <ol class="batches">
          {sorted.slice(0, shown).map((batch) => (
            <li key={batch.id} data-state={findBatchState(batch)}>
              <Batch batch={batch} names={names} />
            </li>
          ))}
        </ol>
      )}
      <ShowMore remaining={sorted.length - shown} onMore={() => setShown(shown + FIRST)} />
    </Card>
  );
}

function Batch({ batch, names }: { readonly batch: BatchProgress; readonly names: ContractNames }) {
  const state = findBatchState(batch);
  return (
    <article aria-label={`Batch ${batch.id}`}>
      <div class="batch-head">
        <h3>
          {state === "done" && <Icon name="sealed" />}
          Batch {batch.id}
        </h3>
        <span class={`tag ${state === "done" ? "canonical" : "quiet"}`}>{describeBatch(batch)}</span>
        <bdi class="batch-owner">{batch.owner || <span class="muted">no owner</span>}</bdi>
        {state !== "done" && (
          <CopyButton text={writeCommand(batch)} label="Copy command" name={`of batch ${batch.id}`} />
        )}
      </div>
      <Predictions batch={batch} names={names} />
      <Files batch={batch} />
    </article>
  );
}

function Predictions({
  batch,
  names,
}: {
  readonly batch: BatchProgress;
  readonly names: ContractNames;
}) {
  if (batch.changes.length === 0) {
    return null;
  }
  return (
    <p class="batch-predictions small">
      <span class="muted">After it: </span>
      {batch.changes.map((change) => (
        <span key={change.contract} class="batch-prediction">
          <bdi>{names.get(change.contract) ?? change.contract}</bdi> <b>{formatPrediction(change)}</b>
        </span>
      ))}
    </p>
  );
}

/** Its files: those that are left, or those that it had. */
function Files({ batch }: { readonly batch: BatchProgress }) {
  const open = listOpenFiles(batch);
  const isDone = findBatchState(batch) === "done";
  const done = isDone ? batch.paths : batch.paths.filter((path) => !open.includes(path));
  return (
    <details class="small batch-files">
      <summary>
        {isDone ? pluralize(batch.paths.length, "file") : `${pluralize(open.length, "file")} to change`}
        {batch.package !== "" && (
          <>
            {" in "}
            <bdi class="code">{batch.package}</bdi>
          </>
        )}
      </summary>
      <ul>
        {open.map((path) => (
          <li key={path}>
            <Path path={path} />
          </li>
        ))}
        {done.map((path) => (
          <li key={path}>
            <Path path={path} /> <span class="muted">done</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

export function Path({ path }: { readonly path: string }) {
  return (
    <bdi class="code">
      {path.split(/(?<=\/)/).map((part, index) => (
        <BreakableName key={index} name={part} />
      ))}
    </bdi>
  );
}
