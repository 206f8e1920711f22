/** The import graph around a module, or between two packages. */

import * as endpoints from "../api/endpoints";
import type { Contract, ProjectNow } from "../api/types";
import { useAnswer } from "../api/use-answer";
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
import { type ParametersOf, setQuery } from "../router";
import { shortenCommit } from "../text/format";

const MODES = [
  { id: "around", name: "Around a module" },
  { id: "between", name: "Between two packages" },
] as const;

export default function Explorer({ project }: ParametersOf<"explorer">) {
  const answer = useAnswer(endpoints.project(project));
  return (
    <>
      <PageTitle title="Explorer" about="Who imports whom." />
      <Loaded answer={answer} lines={16}>
        {(found) => <Found found={found} />}
      </Loaded>
    </>
  );
}

function Found({ found }: { readonly found: ProjectNow }) {
  const now = readState();
  const contracts = found.contracts.map(({ contract }) => contract);
  return (
    <section class="card explorer" aria-label="Import graph">
      <Controls project={found.name} now={now} />
      {now.mode === "around" ? (
        <Around project={found.name} contracts={contracts} now={now} />
      ) : (
        <BetweenTwo project={found.name} contracts={contracts} now={now} />
      )}
    </section>
  );
}

interface Properties {
  readonly project: string;
  readonly contracts: readonly Contract[];
  readonly now: ExplorerState;
}

function Controls({ project, now }: Omit<Properties, "contracts">) {
  const { commit } = now;
  return (
    <div class="explorer-controls">
      <SegmentedControl label="What to look at" options={MODES} chosen={now.mode} onChoose={setMode} />
      {now.mode === "around" ? (
        <>
          <ModuleSearch
            project={project}
            label="Module"
            value={now.module ?? ""}
            commit={commit}
            onChoose={showAround}
          />
          <SegmentedControl
            label="How many imports away"
            options={DEPTHS.map((id) => ({ id, name: `${id} away` }))}
            chosen={now.depth}
            onChoose={setDepth}
          />
        </>
      ) : (
        <>
          <ModuleSearch
            project={project}
            label="From package"
            value={now.from ?? ""}
            commit={commit}
            onChoose={(from) => showBetween(from, now.to)}
          />
          <ModuleSearch
            project={project}
            label="To package"
            value={now.to ?? ""}
            commit={commit}
            onChoose={(to) => showBetween(now.from, to)}
          />
        </>
      )}
      {commit !== null && (
        <p class="chip">
          as of <code>{shortenCommit(commit)}</code>
          <button type="button" class="quiet" onClick={() => setQuery({ commit: null })}>
            See it as it is now
          </button>
        </p>
      )}
    </div>
  );
}

function Around({ project, contracts, now }: Properties) {
  const { module, depth, commit } = now;
  const answer = useAnswer(
    module === null ? null : endpoints.neighbourhood(project, module, { depth, commit }),
  );
  if (module === null) {
    return <SuggestedModules project={project} contracts={contracts} />;
  }
  return (
    <Loaded answer={answer} lines={16}>
      {(found) => (
        <Graph
          project={project}
          contracts={contracts}
          state={now}
          answer={found}
          centre={[found.module]}
        />
      )}
    </Loaded>
  );
}

function BetweenTwo({ project, contracts, now }: Properties) {
  const { from, to, commit } = now;
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
      {(found) =>
        found.imports.length === 0 ? (
          <Notice title="Neither imports the other" icon="sealed" />
        ) : (
          <Graph
            project={project}
            contracts={contracts}
            state={now}
            answer={found}
            centre={[from, to]}
          />
        )
      }
    </Loaded>
  );
}
