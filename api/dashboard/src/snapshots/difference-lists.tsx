/** The differences between two snapshots: what was added and what was removed, side by side. */

import type { ComponentChildren } from "preact";
import type { Comparison, Edge, ViolationAdded, ViolationId } from "../api/types";
import { ExpandableList } from "../components/expandable-list";
import { ImportName, ModuleName } from "../components/names";
import { formatNumber } from "../text/format";

interface Properties {
  readonly project: string;
  readonly comparison: Comparison;
  readonly initial?: number;
}

export function ViolationDifferences({ project, comparison, initial = 10 }: Properties) {
  return (
    <div class="sides">
      <Side title="Came in" kind="worse" items={comparison.violations_added}>
        {(items) => <Violations project={project} items={items} initial={initial} />}
      </Side>
      <Side title="Fixed" kind="better" items={comparison.violations_fixed}>
        {(items) => <Violations project={project} items={items} initial={initial} />}
      </Side>
      {comparison.violations_dropped !== null && comparison.violations_dropped.length > 0 && (
        <Side title="Dropped, still imported" items={comparison.violations_dropped}>
          {(items) => <Violations project={project} items={items} initial={initial} />}
        </Side>
      )}
      {comparison.violations_unknown.length > 0 && (
        <Side
          title="Unknown, since one of the two could not read the file"
          items={comparison.violations_unknown}
        >
          {(items) => <Violations project={project} items={items} initial={initial} />}
        </Side>
      )}
    </div>
  );
}

export function ImportDifferences({ project, comparison, initial = 10 }: Properties) {
  const edges = (items: readonly Edge[]) => (
    <ExpandableList
      class="imports"
      items={items}
      initial={initial}
      keyOf={(edge) => `${edge.importer} ${edge.imported}`}
    >
      {(edge) => <ImportName project={project} {...edge} />}
    </ExpandableList>
  );
  return (
    <div class="sides">
      <Side title="Imports added" items={comparison.imports_added}>
        {edges}
      </Side>
      <Side title="Imports removed" items={comparison.imports_removed}>
        {edges}
      </Side>
    </div>
  );
}

export function ModuleDifferences({ project, comparison, initial = 10 }: Properties) {
  const modules = (items: readonly string[]) => (
    <ExpandableList class="imports" items={items} initial={initial} keyOf={(module) => module}>
      {(module) => <ModuleName project={project} module={module} />}
    </ExpandableList>
  );
  return (
    <div class="sides">
      <Side title="Modules added" items={comparison.modules_added}>
        {modules}
      </Side>
      <Side title="Modules removed" items={comparison.modules_removed}>
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
        {title}: {formatNumber(items.length)}
      </h3>
      {items.length === 0 ? <p class="muted">None.</p> : children(items)}
    </section>
  );
}

interface ViolationsProperties {
  readonly project: string;
  readonly items: readonly (ViolationId | ViolationAdded)[];
  readonly initial: number;
}

function Violations({ project, items, initial }: ViolationsProperties) {
  return (
    <ExpandableList class="imports" items={items} initial={initial} keyOf={keyOf}>
      {(item) => (
        <>
          <ImportName project={project} importer={item.importer} imported={item.imported} />{" "}
          {"reintroduced" in item && item.reintroduced && <span class="tag worse">came back</span>}{" "}
          <span class="muted">
            · <bdi>{item.contract}</bdi>
          </span>
        </>
      )}
    </ExpandableList>
  );
}

function keyOf({ contract, importer, imported }: ViolationId): string {
  return `${contract} ${importer} ${imported}`;
}
