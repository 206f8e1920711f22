/** The graph with all that belongs to it: the picture, what is folded, the panel, the list. */

import type { ComponentType } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import * as questions from "../api/questions";
import type { Between, Contract, Neighbourhood } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Loading } from "../components/notice";
import { count, counted } from "../text/format";
import type CanvasType from "./canvas";
import { type Folding, flat, fold, MOST_DRAWN, wishOf } from "./fold";
import { Legend } from "./legend";
import { chainTo, Panel, placesOf } from "./node-panel";
import { nameOf, Outline } from "./outline";
import { pictureOf } from "./picture";
import { choose, type Shown, turn } from "./url-state";

interface Properties {
  readonly project: string;
  readonly contracts: readonly Contract[];
  readonly now: Shown;
  readonly found: Neighbourhood | Between;
  /** The modules, or packages, that were asked for. */
  readonly centre: readonly string[];
}

export function Graph({ project, contracts, now, found, centre }: Properties) {
  const { open, folded } = now.wishes;
  const key = [...centre, "", ...open, "", ...folded].join("\n");
  // biome-ignore format: the wishes are new sets each time, their text is not
  const folding = useMemo(() => fold(found, centre, now.wishes), [found, key]);
  const picture = useMemo(() => pictureOf(folding, centre), [folding]);
  const chosen = flat(folding.drawn).find(({ id }) => id === now.at) ?? null;
  const marks = useMarks(project, contracts, now, folding);
  const about = `Import graph: ${counted(folding.count, "node")}, ${counted(folding.arrows.length, "arrow")}. The list beside it says the same.`;
  return (
    <>
      <Status found={found} folding={folding} now={now} />
      <div class="explorer-body">
        <Lazy
          picture={picture}
          marks={marks}
          about={about}
          onChoose={choose}
          onTurn={(id) => {
            const one = flat(folding.drawn).find((drawn) => drawn.id === id);
            if (one !== undefined && one.is !== "module") {
              turn(wishOf(one), one.is !== "open");
            }
          }}
        />
        <div class="explorer-side">
          {chosen === null ? (
            <p class="muted">
              Click a node for what imports it. A double click on a package folds or unfolds it.
            </p>
          ) : (
            <Panel key={chosen.id} project={project} drawn={chosen} shown={now} contracts={contracts} />
          )}
          <details class="drawn-list" open={chosen === null}>
            <summary>
              <h3>All that is drawn</h3>
            </summary>
            <Outline drawn={folding.drawn} chosen={now.at} />
          </details>
        </div>
      </div>
      <Legend />
    </>
  );
}

/** The chosen node, and the way from it to what is deprecated. */
function useMarks(
  project: string,
  contracts: readonly Contract[],
  { at, contract, commit }: Shown,
  folding: Folding,
) {
  const chosen = flat(folding.drawn).find(({ id }) => id === at);
  const to = chainTo(contracts, contract);
  const answer = useAnswer(
    chosen?.is === "module" && to !== null
      ? questions.chain(project, { from: chosen.node.module, contract: to.id, commit })
      : null,
  );
  const modules = chosen?.is === "module" && answer.state === "ready" ? answer.value.modules : null;
  return useMemo(
    () => ({
      chosen: at,
      chain: modules === null || modules.length < 2 ? [] : placesOf(modules, folding.placeOf),
    }),
    [at, modules, folding],
  );
}

interface StatusProperties {
  readonly found: Neighbourhood | Between;
  readonly folding: Folding;
  readonly now: Shown;
}

const NAMED = 4;

/** What is drawn, and what is not. */
function Status({ found, folding, now }: StatusProperties) {
  const hidden = folding.folded.reduce(
    (sum, one) => sum + (one.is === "rest" ? one.modules.length : one.tree.size),
    0,
  );
  const largest = folding.folded.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  const more = largest.length - NAMED;
  return (
    <p class="explorer-status" role="status">
      {counted(found.modules.length, "module")} and {counted(found.imports.length, "import")}, drawn as{" "}
      <b>{counted(folding.count, "node")}</b>
      {hidden > 0 && (
        <>
          {"; "}
          {counted(hidden, "module")} folded into{" "}
          {largest.slice(0, NAMED).map((one, index) => (
            <span key={one.id}>
              {index > 0 && ", "}
              <bdi>{one.is === "rest" ? `“${nameOf(one)}”` : one.tree.name}</bdi>
            </span>
          ))}
          {more > 0 && ` and ${count(more)} more`}
        </>
      )}
      .
      {found.left_out > 0 &&
        ` ${counted(found.left_out, "module")} further off ${found.left_out === 1 ? "is" : "are"} not in the answer: the service stops at 2,000.`}
      {now.wishes.open.size > 0 &&
        folding.count >= MOST_DRAWN - 1 &&
        ` No more than ${count(MOST_DRAWN)} are drawn: fold something to see something else.`}
    </p>
  );
}

function sizeOf(one: Folding["folded"][number]): number {
  return one.is === "rest" ? one.modules.length : one.tree.size;
}

type CanvasProperties = Parameters<typeof CanvasType>[0];

/** Cytoscape is loaded here and nowhere else. */
function Lazy(properties: CanvasProperties) {
  const [Canvas, setCanvas] = useState<ComponentType<CanvasProperties> | null>(null);
  useEffect(() => {
    import("./canvas").then((found) => setCanvas(() => found.default));
  }, []);
  return Canvas === null ? (
    <div class="canvas">
      <Loading lines={10} />
    </div>
  ) : (
    <Canvas {...properties} />
  );
}
