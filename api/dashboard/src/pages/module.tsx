/** A module: who imports it, what it imports, its violations, its history. */

import { useState } from "preact/hooks";
import { combineAnswers } from "../api/combine-answers";
import * as endpoints from "../api/endpoints";
import type { ModuleNow, Node, ProjectNow } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { useShownCommit } from "../api/use-shown-commit";
import { Card } from "../components/card";
import { ExpandableList, ShowMore } from "../components/expandable-list";
import { Link } from "../components/link";
import { BreakableName, CommitName, ModuleName } from "../components/names";
import { Failure, Loaded, Notice } from "../components/notice";
import { PageTitle } from "../components/page-title";
import { RoleTag } from "../components/role";
import { Stat, Stats } from "../components/stat";
import { Table } from "../components/table";
import { History } from "../module/history";
import "../module/module.css";
import { type ParametersOf, pathTo, query } from "../router";
import { contractNames } from "../snapshots/snapshot-totals";
import { violationColumns } from "../snapshots/snapshot-violations";
import { createSourceLink } from "../text/forge";
import { formatNumber } from "../text/format";

export default function Module({ project, module }: ParametersOf<"module">) {
  const shown = useShownCommit(project);
  const moduleAnswer = useAnswer(
    shown.state === "ready"
      ? endpoints.moduleNow(project, module, { commit: shown.value.commit })
      : null,
  );
  const projectAnswer = useAnswer(endpoints.project(project));
  const answer = combineAnswers(projectAnswer, shown.state === "failed" ? shown : moduleAnswer);
  const explore = pathTo("explorer", { project }, { module, commit: query.value.get("commit") });
  const node = moduleAnswer.state === "ready" ? moduleAnswer.value : null;
  return (
    <>
      <PageTitle
        title={module}
        about={
          node === null ? (
            " "
          ) : (
            <>
              A {node.kind} as of <CommitName project={project} commit={node.commit} />.
            </>
          )
        }
        actions={
          node !== null && (
            <Link class="button" to={explore}>
              Explore around it
            </Link>
          )
        }
      >
        <span class="module-title">
          <bdi>
            <BreakableName name={module} />
          </bdi>{" "}
          {node !== null && <RoleTag node={node} />}
        </span>
      </PageTitle>
      {moduleAnswer.state === "failed" &&
      projectAnswer.state === "ready" &&
      moduleAnswer.problem.status === 404 ? (
        <MissingModule project={project} module={module} />
      ) : answer.state === "failed" ? (
        <Failure problem={answer.problem} retry={answer.retry} />
      ) : (
        <Loaded answer={answer} lines={14}>
          {([loadedProject, loadedModule]) => (
            <ModuleDetails project={loadedProject} module={loadedModule} />
          )}
        </Loaded>
      )}
    </>
  );
}

/** A module that was deleted and is not imported any more still has a history. */
function MissingModule({ project, module }: { readonly project: string; readonly module: string }) {
  return (
    <>
      <Notice title="The graph has no such module" icon="empty">
        <p>It does not exist at this commit, and nothing imports it.</p>
      </Notice>
      <History project={project} module={module} />
    </>
  );
}

interface Properties {
  readonly project: ProjectNow;
  readonly module: ModuleNow;
}

function ModuleDetails({ project, module }: Properties) {
  const asImporter = module.violations.filter(({ importer }) => importer === module.module).length;
  const nodes = new Map(module.nodes.map((node) => [node.module, node]));
  const nodesOf = (modules: readonly string[]) => modules.flatMap((name) => nodes.get(name) ?? []);
  return (
    <div class="stack">
      <Stats>
        <Stat name="Imported by" note={module.importers.length === 1 ? "module" : "modules"}>
          {formatNumber(module.importers.length)}
        </Stat>
        <Stat name="Imports" note={module.imports.length === 1 ? "module" : "modules"}>
          {formatNumber(module.imports.length)}
        </Stat>
        <Stat name="Breaks a contract" note="imports and definitions in it">
          {formatNumber(asImporter)}
        </Stat>
        <Stat name="Must not be imported" note="imports of it that are left">
          {formatNumber(module.violations.length - asImporter)}
        </Stat>
      </Stats>
      <Violations project={project} module={module} />
      <History project={project.name} module={module.module} />
      <div class="sides">
        <Card title={`Imported by ${formatNumber(module.importers.length)}`}>
          <Nodes project={project.name} nodes={nodesOf(module.importers)} empty="Nothing imports it." />
        </Card>
        <Card title={`Imports ${formatNumber(module.imports.length)}`}>
          <Nodes project={project.name} nodes={nodesOf(module.imports)} empty="It imports nothing." />
        </Card>
      </div>
    </div>
  );
}

const FIRST = 20;
const MORE = 200;

function Violations({ project, module }: Properties) {
  const [shown, setShown] = useState(FIRST);
  const answer = useAnswer(endpoints.snapshot(project.name, module.commit));
  if (module.violations.length === 0) {
    return null;
  }
  return (
    <Card title={`Violations: ${formatNumber(module.violations.length)}`}>
      <Loaded answer={answer} lines={6}>
        {(snapshot) => (
          <>
            <Table
              stacks
              dense
              caption="Violations"
              columns={violationColumns({
                project: project.name,
                linkTo: createSourceLink(project.settings.link, snapshot),
                names: contractNames(snapshot),
              })}
              rows={module.violations.slice(0, shown)}
              keyOf={(row) => `${row.contract} ${row.importer} ${row.imported}`}
            />
            <ShowMore
              remaining={module.violations.length - shown}
              onMore={() => setShown(shown + MORE)}
            />
          </>
        )}
      </Loaded>
    </Card>
  );
}

interface NodesProperties {
  readonly project: string;
  readonly nodes: readonly Node[];
  readonly empty: string;
}

function Nodes({ project, nodes, empty }: NodesProperties) {
  if (nodes.length === 0) {
    return <p class="muted">{empty}</p>;
  }
  return (
    <ExpandableList class="imports" items={nodes} initial={FIRST} keyOf={(node) => node.module}>
      {(node) => (
        <>
          <ModuleName project={project} module={node.module} />
          <RoleTag node={node} />
        </>
      )}
    </ExpandableList>
  );
}
