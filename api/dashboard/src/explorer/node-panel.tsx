/** What there is to say of the node that was clicked. */

import type { ComponentChildren } from "preact";
import * as questions from "../api/questions";
import type { Contract, ModuleNow, Node } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Folded as FoldedList } from "../components/expandable-list";
import { Choice } from "../components/field";
import { Icon } from "../components/icon";
import { Link } from "../components/link";
import { ModuleName } from "../components/names";
import { Loaded } from "../components/notice";
import { RoleTag } from "../components/role";
import { pathTo, setQuery } from "../router";
import { count, counted } from "../text/format";
import { type Drawn, moduleId, modulesOf, wishOf } from "./fold";
import { nameOf } from "./outline";
import { choose, lookAt, type Shown, turn } from "./url-state";

interface Properties {
  readonly project: string;
  readonly drawn: Drawn;
  readonly shown: Shown;
  readonly contracts: readonly Contract[];
}

export function Panel({ project, drawn, shown, contracts }: Properties) {
  return (
    <section class="panel" aria-label="The chosen node">
      <div class="panel-head">
        <h3>
          <bdi>{drawn.is === "module" ? drawn.node.module : titleOf(drawn)}</bdi>
        </h3>
        <button type="button" class="quiet" onClick={() => choose(null)}>
          <Icon name="close" />
          <span class="unseen">Let go of the node</span>
        </button>
      </div>
      {drawn.is === "module" ? (
        <OfModule project={project} node={drawn.node} shown={shown} contracts={contracts} />
      ) : (
        <OfPackage project={project} drawn={drawn} />
      )}
    </section>
  );
}

function titleOf(drawn: Exclude<Drawn, { is: "module" }>): string {
  return drawn.is === "rest" ? nameOf(drawn) : drawn.tree.name;
}

interface PackageProperties {
  readonly project: string;
  readonly drawn: Exclude<Drawn, { is: "module" }>;
}

function OfPackage({ project, drawn }: PackageProperties) {
  const modules = drawn.is === "rest" ? drawn.modules : modulesOf(drawn.tree);
  const isOpen = drawn.is === "open";
  return (
    <>
      <p class="muted">
        {drawn.is === "rest" ? "Left out of the picture:" : "A package with"}{" "}
        {counted(modules.length, "module")} that belong{modules.length === 1 ? "s" : ""} to this graph.
      </p>
      <div class="card-actions">
        <button type="button" onClick={() => turn(wishOf(drawn), !isOpen)}>
          {isOpen ? "Fold" : drawn.is === "rest" ? "Draw as many as fit" : "Unfold"}
        </button>
      </div>
      <Nodes project={project} nodes={modules} />
    </>
  );
}

interface ModuleProperties {
  readonly project: string;
  readonly node: Node;
  readonly shown: Shown;
  readonly contracts: readonly Contract[];
}

function OfModule({ project, node, shown, contracts }: ModuleProperties) {
  const { module } = node;
  const answer = useAnswer(questions.moduleNow(project, module, { commit: shown.commit }));
  return (
    <>
      <p class="muted">
        {node.kind} <RoleTag node={node} />
      </p>
      <div class="card-actions">
        {shown.module !== module && (
          <button type="button" onClick={() => lookAt(module)}>
            Look around it
          </button>
        )}
        <Link class="button" to={pathTo("module", { project, module }, { commit: shown.commit })}>
          Its page
        </Link>
      </div>
      <Chain project={project} module={module} shown={shown} contracts={contracts} />
      <Loaded answer={answer} lines={5}>
        {(found) => <Imports project={project} found={found} />}
      </Loaded>
    </>
  );
}

function Imports({ project, found }: { readonly project: string; readonly found: ModuleNow }) {
  const nodes = new Map(found.nodes.map((node) => [node.module, node]));
  const named = (names: readonly string[]) => names.flatMap((name) => nodes.get(name) ?? []);
  return (
    <>
      <Group title={`${count(found.importers.length)} import it`}>
        <Nodes project={project} nodes={named(found.importers)} />
      </Group>
      <Group title={`It imports ${count(found.imports.length)}`}>
        <Nodes project={project} nodes={named(found.imports)} />
      </Group>
    </>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <details open>
      <summary>
        <h4>{title}</h4>
      </summary>
      {children}
    </details>
  );
}

function Nodes({ project, nodes }: { readonly project: string; readonly nodes: readonly Node[] }) {
  return (
    <FoldedList class="imports" items={nodes} keyOf={(node) => node.module}>
      {(node) => (
        <>
          <ModuleName project={project} module={node.module} />
          <RoleTag node={node} />
        </>
      )}
    </FoldedList>
  );
}

/** Contracts that a chain can lead to. */
export function deprecating(contracts: readonly Contract[]): readonly Contract[] {
  return contracts.filter((contract) => contract.deprecated.length > 0);
}

export function chainTo(contracts: readonly Contract[], wanted: string | null): Contract | null {
  const found = deprecating(contracts);
  return found.find(({ id }) => id === wanted) ?? found[0] ?? null;
}

interface ChainProperties {
  readonly project: string;
  readonly module: string;
  readonly shown: Shown;
  readonly contracts: readonly Contract[];
}

function Chain({ project, module, shown, contracts }: ChainProperties) {
  const contract = chainTo(contracts, shown.contract);
  const asked =
    contract && questions.chain(project, { from: module, contract: contract.id, commit: shown.commit });
  const answer = useAnswer(asked);
  if (contract === null) {
    return null;
  }
  const others = deprecating(contracts);
  return (
    <Group title="The way to what is deprecated">
      {others.length > 1 && (
        <Choice
          label="By which contract"
          value={contract.id}
          options={others.map(({ id, name }) => ({ value: id, name }))}
          onChoose={(id) => setQuery({ contract: id }, "replace")}
        />
      )}
      <Loaded answer={answer} lines={2}>
        {({ modules }) => <Steps project={project} modules={modules} />}
      </Loaded>
    </Group>
  );
}

function Steps({ project, modules }: { readonly project: string; readonly modules: readonly string[] }) {
  if (modules.length === 0) {
    return <p class="muted">There is none: it does not reach a module that the contract deprecates.</p>;
  }
  if (modules.length === 1) {
    return <p class="muted">It is deprecated itself.</p>;
  }
  return (
    <>
      <p class="muted">{counted(modules.length - 1, "import")} away:</p>
      <ol class="chain">
        {modules.map((module) => (
          <li key={module}>
            <ModuleName project={project} module={module} />
          </li>
        ))}
      </ol>
    </>
  );
}

/** Where a chain's modules are in the picture: some may be in a folded package, or not there at all. */
export function placesOf(
  modules: readonly string[],
  placeOf: ReadonlyMap<string, string>,
): readonly string[] {
  return modules
    .map((module) => placeOf.get(module) ?? moduleId(module))
    .filter((id, index, all) => id !== all[index - 1]);
}
