/** The panel about the selected node: its imports, and its chain to a deprecated module. */

import type { ComponentChildren } from "preact";
import * as endpoints from "../api/endpoints";
import type { Contract, ModuleNow, Node } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { ExpandableList } from "../components/expandable-list";
import { SelectField } from "../components/field";
import { Icon } from "../components/icon";
import { Link } from "../components/link";
import { ModuleName } from "../components/names";
import { Loaded } from "../components/notice";
import { RoleTag } from "../components/role";
import { pathTo, query, setQuery } from "../router";
import { formatNumber, pluralize } from "../text/format";
import { deprecatingContracts, selectChainContract } from "./chain";
import { foldName, type GraphItem, modulesInside, type PackageItem } from "./fold";
import { itemName } from "./outline";
import { type ExplorerState, selectNode, setPackageOpen, showAround } from "./url-state";

interface Properties {
  readonly project: string;
  readonly item: GraphItem;
  readonly state: ExplorerState;
  readonly contracts: readonly Contract[];
}

export function NodePanel({ project, item, state, contracts }: Properties) {
  return (
    <section class="panel" aria-label="The selected node">
      <div class="panel-head">
        <h2>
          <bdi>{item.type === "module" ? item.node.module : itemTitle(item)}</bdi>
        </h2>
        <button type="button" class="quiet" onClick={() => selectNode(null)}>
          <Icon name="close" />
          <span class="unseen">Deselect the node</span>
        </button>
      </div>
      {item.type === "module" ? (
        <ModulePanel project={project} node={item.node} state={state} contracts={contracts} />
      ) : (
        <PackagePanel project={project} item={item} />
      )}
    </section>
  );
}

function itemTitle(item: PackageItem): string {
  return item.type === "rest" ? itemName(item) : item.tree.name;
}

interface PackageProperties {
  readonly project: string;
  readonly item: PackageItem;
}

function PackagePanel({ project, item }: PackageProperties) {
  const modules = item.type === "rest" ? item.modules : modulesInside(item.tree);
  const isOpen = item.type === "open";
  return (
    <>
      <p class="muted">
        {item.type === "rest" ? "Left out of the picture:" : "A package with"}{" "}
        {pluralize(modules.length, "module")} that belong{modules.length === 1 ? "s" : ""} to this graph.
      </p>
      <div class="card-actions">
        <button type="button" onClick={() => setPackageOpen(foldName(item), !isOpen)}>
          {isOpen ? "Fold" : item.type === "rest" ? "Draw as many as fit" : "Unfold"}
        </button>
      </div>
      <Nodes project={project} nodes={modules} />
    </>
  );
}

interface ModuleProperties {
  readonly project: string;
  readonly node: Node;
  readonly state: ExplorerState;
  readonly contracts: readonly Contract[];
}

function ModulePanel({ project, node, state, contracts }: ModuleProperties) {
  const { module } = node;
  const answer = useAnswer(endpoints.moduleNow(project, module, { commit: state.commit }));
  return (
    <>
      <p class="muted">
        {node.kind} <RoleTag node={node} />
      </p>
      <div class="card-actions">
        {state.module !== module && (
          <button type="button" onClick={() => showAround(module)}>
            Look around it
          </button>
        )}
        <Link
          class="button"
          to={pathTo("module", { project, module }, { commit: query.value.get("commit") })}
        >
          Its page
        </Link>
      </div>
      <Chain project={project} module={module} state={state} contracts={contracts} />
      <Loaded answer={answer} lines={5}>
        {(loaded) => <Imports project={project} module={loaded} />}
      </Loaded>
    </>
  );
}

function Imports({ project, module }: { readonly project: string; readonly module: ModuleNow }) {
  const nodes = new Map(module.nodes.map((node) => [node.module, node]));
  const nodesOf = (names: readonly string[]) => names.flatMap((name) => nodes.get(name) ?? []);
  return (
    <>
      <Group title={`${formatNumber(module.importers.length)} import it`}>
        <Nodes project={project} nodes={nodesOf(module.importers)} />
      </Group>
      <Group title={`It imports ${formatNumber(module.imports.length)}`}>
        <Nodes project={project} nodes={nodesOf(module.imports)} />
      </Group>
    </>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <details open>
      <summary>
        <h3>{title}</h3>
      </summary>
      {children}
    </details>
  );
}

function Nodes({ project, nodes }: { readonly project: string; readonly nodes: readonly Node[] }) {
  return (
    <ExpandableList class="imports" items={nodes} keyOf={(node) => node.module}>
      {(node) => (
        <>
          <ModuleName project={project} module={node.module} />
          <RoleTag node={node} />
        </>
      )}
    </ExpandableList>
  );
}

interface ChainProperties {
  readonly project: string;
  readonly module: string;
  readonly state: ExplorerState;
  readonly contracts: readonly Contract[];
}

function Chain({ project, module, state, contracts }: ChainProperties) {
  const contract = selectChainContract(contracts, state.contract);
  const endpoint =
    contract && endpoints.chain(project, { from: module, contract: contract.id, commit: state.commit });
  const answer = useAnswer(endpoint);
  if (contract === null) {
    return null;
  }
  const choices = deprecatingContracts(contracts);
  return (
    <Group title="The way to what is deprecated">
      {choices.length > 1 && (
        <SelectField
          label="By which contract"
          value={contract.id}
          options={choices.map(({ id, name }) => ({ value: id, name }))}
          onChoose={(id) => setQuery({ contract: id })}
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
      <p class="muted">{pluralize(modules.length - 1, "import")} away:</p>
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
