/** The import graph: picture, status, panel of the selected node, and the list of all nodes. */

import type { ComponentType } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import * as endpoints from "../api/endpoints";
import type { Between, Contract, Neighbourhood } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { loadChunk } from "../chunks";
import { Loading } from "../components/notice";
import { useNarrowScreen } from "../components/use-narrow-screen";
import { formatNumber, pluralize } from "../text/format";
import type CanvasType from "./canvas";
import { itemsOfChain, selectChainContract } from "./chain";
import { countHidden, type FoldedGraph, flatten, foldGraph, foldName, MAX_DRAWN } from "./fold";
import { Legend } from "./legend";
import { NodePanel } from "./node-panel";
import { itemName, Outline } from "./outline";
import { buildPicture } from "./picture";
import { type ExplorerState, selectNode, setPackageOpen } from "./url-state";

interface Properties {
  readonly project: string;
  readonly contracts: readonly Contract[];
  readonly state: ExplorerState;
  readonly answer: Neighbourhood | Between;
  /** The modules or packages that the user asked for. */
  readonly centre: readonly string[];
}

export function Graph({ project, contracts, state, answer, centre }: Properties) {
  const { choices } = state;
  const isNarrow = useNarrowScreen();
  // The sets of choices are new on each render; this text is not.
  const key = [...centre, "", ...choices.open, "", ...choices.folded].join("\n");
  const folded = useMemo(() => foldGraph(answer, centre, choices), [answer, key]);
  const picture = useMemo(() => buildPicture(folded, centre), [folded]);
  const selected = flatten(folded.items).find(({ id }) => id === state.selected) ?? null;
  const marks = useMarks(project, contracts, state, folded);
  const about = `Import graph: ${pluralize(folded.count, "node")}, ${pluralize(folded.arrows.length, "arrow")}. The list beside it says the same.`;
  return (
    <>
      <Status answer={answer} folded={folded} state={state} />
      <div class="explorer-body">
        {!isNarrow && (
          <LazyCanvas
            picture={picture}
            marks={marks}
            about={about}
            onSelect={selectNode}
            onToggle={(id) => {
              const item = flatten(folded.items).find((candidate) => candidate.id === id);
              if (item !== undefined && item.type !== "module") {
                setPackageOpen(foldName(item), item.type !== "open");
              }
            }}
          />
        )}
        <div class="explorer-side">
          {selected === null ? (
            <p class="muted">
              {isNarrow
                ? "The picture needs a wider screen; this list has the same modules. Tap one for what imports it."
                : "Click a node for what imports it. A double click on a package folds or unfolds it."}
            </p>
          ) : (
            <NodePanel
              key={selected.id}
              project={project}
              item={selected}
              state={state}
              contracts={contracts}
            />
          )}
          <details class="drawn-list" open={selected === null}>
            <summary>
              <h2>{isNarrow ? "All modules" : "All that is drawn"}</h2>
            </summary>
            <Outline items={folded.items} selected={state.selected} />
          </details>
        </div>
      </div>
      {!isNarrow && <Legend />}
    </>
  );
}

/** Return the selected node and the chain of imports from it to a deprecated module. */
function useMarks(
  project: string,
  contracts: readonly Contract[],
  state: ExplorerState,
  folded: FoldedGraph,
) {
  const item = flatten(folded.items).find(({ id }) => id === state.selected);
  const module = item?.type === "module" ? item.node.module : null;
  const contract = selectChainContract(contracts, state.contract);
  const answer = useAnswer(
    module !== null && contract !== null
      ? endpoints.chain(project, { from: module, contract: contract.id, commit: state.commit })
      : null,
  );
  const modules = module !== null && answer.state === "ready" ? answer.value.modules : null;
  return useMemo(
    () => ({
      selected: state.selected,
      chain: modules === null || modules.length < 2 ? [] : itemsOfChain(modules, folded.itemOfModule),
    }),
    [state.selected, modules, folded],
  );
}

interface StatusProperties {
  readonly answer: Neighbourhood | Between;
  readonly folded: FoldedGraph;
  readonly state: ExplorerState;
}

/** The number of folded packages that are named. */
const NAMED = 4;

/** Say how much is drawn, and what is not. */
function Status({ answer, folded, state }: StatusProperties) {
  const hidden = folded.hidden.reduce((sum, item) => sum + countHidden(item), 0);
  const largest = folded.hidden.toSorted((a, b) => countHidden(b) - countHidden(a));
  const more = largest.length - NAMED;
  return (
    <p class="explorer-status" role="status">
      {pluralize(answer.modules.length, "module")} and {pluralize(answer.imports.length, "import")},
      drawn as <b>{pluralize(folded.count, "node")}</b>
      {hidden > 0 && (
        <>
          {"; "}
          {pluralize(hidden, "module")} folded into{" "}
          {largest.slice(0, NAMED).map((item, index) => (
            <span key={item.id}>
              {index > 0 && ", "}
              <bdi>{item.type === "rest" ? `“${itemName(item)}”` : item.tree.name}</bdi>
            </span>
          ))}
          {more > 0 && ` and ${formatNumber(more)} more`}
        </>
      )}
      .
      {answer.left_out > 0 &&
        ` ${pluralize(answer.left_out, "module")} further off ${answer.left_out === 1 ? "is" : "are"} not in the answer: the service stops at 2,000.`}
      {state.choices.open.size > 0 &&
        folded.count >= MAX_DRAWN - 1 &&
        ` No more than ${formatNumber(MAX_DRAWN)} are drawn: fold something to see something else.`}
    </p>
  );
}

type CanvasProperties = Parameters<typeof CanvasType>[0];

/** Loads Cytoscape, which no other page needs, with the canvas. */
function LazyCanvas(properties: CanvasProperties) {
  const [Canvas, setCanvas] = useState<ComponentType<CanvasProperties> | null>(null);
  useEffect(() => {
    loadChunk(() => import("./canvas")).then(
      (module) => module !== null && setCanvas(() => module.default),
    );
  }, []);
  return Canvas === null ? (
    <div class="canvas">
      <Loading lines={10} />
    </div>
  ) : (
    <Canvas {...properties} />
  );
}
