/** All nodes of the graph as a list, for the keyboard, for screen readers and for finding a name. */

import { BreakableName } from "../components/names";
import { RoleTag } from "../components/role";
import { formatNumber } from "../text/format";
import { foldName, type GraphItem, type PackageItem } from "./fold";
import { selectNode, setPackageOpen } from "./url-state";

interface Properties {
  readonly items: readonly GraphItem[];
  readonly selected: string | null;
}

export function Outline({ items, selected }: Properties) {
  return (
    <ul class="outline">
      {items.map((item) => (
        <li key={item.id}>
          <div class="outline-row">
            <Row item={item} selected={selected} />
          </div>
          {item.type === "open" && <Outline items={item.inside} selected={selected} />}
        </li>
      ))}
    </ul>
  );
}

function Row({ item, selected }: { readonly item: GraphItem; readonly selected: string | null }) {
  const name = itemName(item);
  return (
    <>
      {item.type !== "module" && <ToggleButton item={item} name={name} />}
      <button
        type="button"
        class="as-link"
        aria-pressed={item.id === selected}
        onClick={() => selectNode(item.id === selected ? null : item.id)}
      >
        <bdi>
          <BreakableName name={name} />
        </bdi>
      </button>
      {item.type === "module" && <RoleTag node={item.node} />}
      {item.type === "folded" && <span class="muted small">{formatNumber(item.tree.size)}</span>}
    </>
  );
}

interface ToggleProperties {
  readonly item: PackageItem;
  readonly name: string;
}

function ToggleButton({ item, name }: ToggleProperties) {
  const isOpen = item.type === "open";
  return (
    <button type="button" class="turn" onClick={() => setPackageOpen(foldName(item), !isOpen)}>
      <span aria-hidden="true">{isOpen ? "−" : "+"}</span>
      <span class="unseen">
        {isOpen ? "Fold" : "Unfold"} {name}
      </span>
    </button>
  );
}

/** Return the name of an item as the list shows it. */
export function itemName(item: GraphItem): string {
  switch (item.type) {
    case "module":
      return item.tree.children.length > 0 ? `${item.tree.label}.__init__` : item.tree.label;
    case "rest":
      return `${formatNumber(item.modules.length)} more of ${item.of.name || "the top level"}`;
    default:
      return item.tree.label;
  }
}
