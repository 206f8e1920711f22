/** What one snapshot has and the other has not: two lists side by side. */

import type { ComponentChildren } from "preact";
import type { Comparison, Edge, ViolationAdded, ViolationId } from "../api/types";
import { Folded } from "../components/expandable-list";
import { ImportName, ModuleName } from "../components/names";
import { count } from "../text/format";

interface Properties {
  readonly project: string;
  readonly found: Comparison;
  readonly most?: number;
}

export function ViolationSides({ project, found, most = 10 }: Properties) {
  return (
    <div class="sides">
      <Side title="Came in" kind="worse" items={found.violations_added}>
        {(items) => <Violations project={project} items={items} most={most} />}
      </Side>
      <Side title="Fixed" kind="better" items={found.violations_fixed}>
        {(items) => <Violations project={project} items={items} most={most} />}
      </Side>
    </div>
  );
}

export function ImportSides({ project, found, most = 10 }: Properties) {
  const edges = (items: readonly Edge[]) => (
    <Folded
      class="imports"
      items={items}
      most={most}
      keyOf={(edge) => `${edge.importer} ${edge.imported}`}
    >
      {(edge) => <ImportName project={project} {...edge} />}
    </Folded>
  );
  return (
    <div class="sides">
      <Side title="Imports added" items={found.imports_added}>
        {edges}
      </Side>
      <Side title="Imports removed" items={found.imports_removed}>
        {edges}
      </Side>
    </div>
  );
}

export function ModuleSides({ project, found, most = 10 }: Properties) {
  const modules = (items: readonly string[]) => (
    <Folded class="imports" items={items} most={most} keyOf={(module) => module}>
      {(module) => <ModuleName project={project} module={module} />}
    </Folded>
  );
  return (
    <div class="sides">
      <Side title="Modules added" items={found.modules_added}>
        {modules}
      </Side>
      <Side title="Modules removed" items={found.modules_removed}>
        {modules}
      </Side>
    </div>
  );
}

interface SideProperties<Item> {
  readonly title: string;
  readonly kind?: "worse" | "better";
  readonly items: readonly Item[];
  readonly children: (items: readonly Item[]) => ComponentChildren;
}

function Side<Item>({ title, kind, items, children }: SideProperties<Item>) {
  return (
    <section>
      <h3 class={items.length > 0 ? kind : "muted"}>
        {title}: {count(items.length)}
      </h3>
      {items.length === 0 ? <p class="muted">None.</p> : children(items)}
    </section>
  );
}

interface ViolationsProperties {
  readonly project: string;
  readonly items: readonly (ViolationId | ViolationAdded)[];
  readonly most: number;
}

function Violations({ project, items, most }: ViolationsProperties) {
  return (
    <Folded class="imports" items={items} most={most} keyOf={keyOf}>
      {(item) => (
        <>
          <ImportName project={project} importer={item.importer} imported={item.imported} />{" "}
          {"reintroduced" in item && item.reintroduced && <span class="tag worse">came back</span>}{" "}
          <span class="muted">
            <bdi>{item.contract}</bdi>
          </span>
        </>
      )}
    </Folded>
  );
}

function keyOf({ contract, importer, imported }: ViolationId): string {
  return `${contract} ${importer} ${imported}`;
}
