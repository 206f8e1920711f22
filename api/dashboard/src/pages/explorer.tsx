/** The import graph around a module, or between two packages. */

import { combineAnswers } from "../api/combine-answers";
import * as endpoints from "../api/endpoints";
import type { Contract, ProjectNow } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { useShownCommit } from "../api/use-shown-commit";
import { ModuleSearch } from "../components/module-search";
import { Loaded, Notice } from "../components/notice";
import { PageTitle } from "../components/page-title";
import { SegmentedControl } from "../components/segmented-control";
import "../explorer/explorer.css";
import { Graph } from "../explorer/graph";
import { SuggestedModules } from "../explorer/suggested-modules";
import {
  DEPTHS,
  type ExplorerState,
  readState,
  setDepth,
  setMode,
  showAround,
  showBetween,
} from "../explorer/url-state";
import { liveContracts } from "../project/visible-contracts";
import { branch, type ParametersOf, query, setQuery } from "../router";
import { shortenCommit } from "../text/format";

const MODES = [
  { id: "around", name: "Around a module" },
  { id: "between", name: "Between two packages" },
] as const;

export default function Explorer({ project }: ParametersOf<"explorer">) {
  const answer = combineAnswers(
    useAnswer(endpoints.project(project, { branch: branch.value })),
    useShownCommit(project),
  );
  return (
    <>
      <PageTitle title="Explorer" about="Who imports whom." />
      <Loaded answer={answer} lines={16}>
        {([loaded, { commit }]) => <ExplorerCard project={loaded} commit={commit} />}
      </Loaded>
    </>
  );
}

interface CardProperties {
  readonly project: ProjectNow;
  /** The commit whose graph is shown; null: the tip of the default branch. */
  readonly commit: string | null;
}

function ExplorerCard({ project, commit }: CardProperties) {
  const state = { ...readState(), commit };
  const contracts = liveContracts(project).map(({ contract }) => contract);
  return (
    <section class="card explorer" aria-label="Import graph">
      <Controls project={project.name} state={state} />
      {state.mode === "around" ? (
        <Around project={project.name} contracts={contracts} state={state} />
      ) : (
        <BetweenTwo project={project.name} contracts={contracts} state={state} />
      )}
    </section>
  );
}

interface Properties {
  readonly project: string;
  readonly contracts: readonly Contract[];
  readonly state: ExplorerState;
}

function Controls({ project, state }: Omit<Properties, "contracts">) {
  const { commit } = state;
  const pinned = query.value.get("commit");
  return (
    <div class="explorer-controls">
      <SegmentedControl label="What to look at" options={MODES} chosen={state.mode} onChoose={setMode} />
      {state.mode === "around" ? (
        <>
          <ModuleSearch
            project={project}
            label="Module"
            value={state.module ?? ""}
            commit={commit}
            onChoose={showAround}
          />
          <SegmentedControl
            label="How many imports away"
            options={DEPTHS.map((id) => ({ id, name: `${id} away` }))}
            chosen={state.depth}
            onChoose={setDepth}
          />
        </>
      ) : (
        <>
          <ModuleSearch
            project={project}
            label="From package"
            value={state.from ?? ""}
            commit={commit}
            onChoose={(from) => showBetween(from, state.to)}
          />
          <ModuleSearch
            project={project}
            label="To package"
            value={state.to ?? ""}
            commit={commit}
            onChoose={(to) => showBetween(state.from, to)}
          />
        </>
      )}
      {pinned !== null && (
        <p class="chip">
          as of <code>{shortenCommit(pinned)}</code>
          <button type="button" class="quiet" onClick={() => setQuery({ commit: null })}>
            See it as it is now
          </button>
        </p>
      )}
    </div>
  );
}

function Around({ project, contracts, state }: Properties) {
  const { module, depth, commit } = state;
  const answer = useAnswer(
    module === null ? null : endpoints.neighbourhood(project, module, { depth, commit }),
  );
  if (module === null) {
    return <SuggestedModules project={project} contracts={contracts} />;
  }
  return (
    <Loaded answer={answer} lines={16}>
      {(loaded) => (
        <Graph
          project={project}
          contracts={contracts}
          state={state}
          answer={loaded}
          centre={[loaded.module]}
        />
      )}
    </Loaded>
  );
}

function BetweenTwo({ project, contracts, state }: Properties) {
  const { from, to, commit } = state;
  const isAsked = from !== null && to !== null;
  const answer = useAnswer(isAsked ? endpoints.between(project, { from, to, commit }) : null);
  if (!isAsked) {
    return (
      <Notice title="Choose two packages">
        <p>The graph shows each import from one to the other, both ways.</p>
      </Notice>
    );
  }
  return (
    <Loaded answer={answer} lines={16}>
      {(loaded) =>
        loaded.imports.length === 0 ? (
          <Notice title="Neither imports the other" />
        ) : (
          <Graph
            project={project}
            contracts={contracts}
            state={state}
            answer={loaded}
            centre={[from, to]}
          />
        )
      }
    </Loaded>
  );
}
