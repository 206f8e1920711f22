/** Everything that is drawn, as a list: for keys, for screen readers, and for finding a name. */

import { RoleTag } from "../components/role";
import { count } from "../text/format";
import { type Drawn, wishOf } from "./fold";
import { choose, turn } from "./url-state";

interface Properties {
  readonly drawn: readonly Drawn[];
  readonly chosen: string | null;
}

export function Outline({ drawn, chosen }: Properties) {
  return (
    <ul class="outline">
      {drawn.map((one) => (
        <li key={one.id}>
          <div class="outline-row">
            <Row drawn={one} chosen={chosen} />
          </div>
          {one.is === "open" && <Outline drawn={one.inside} chosen={chosen} />}
        </li>
      ))}
    </ul>
  );
}

function Row({ drawn, chosen }: { readonly drawn: Drawn; readonly chosen: string | null }) {
  const name = nameOf(drawn);
  return (
    <>
      {drawn.is !== "module" && <Turn drawn={drawn} name={name} />}
      <button
        type="button"
        class="as-link"
        aria-pressed={drawn.id === chosen}
        onClick={() => choose(drawn.id === chosen ? null : drawn.id)}
      >
        <bdi>{name}</bdi>
      </button>
      {drawn.is === "module" && <RoleTag node={drawn.node} />}
      {drawn.is === "folded" && <span class="muted small">{count(drawn.tree.size)}</span>}
    </>
  );
}

interface TurnProperties {
  readonly drawn: Exclude<Drawn, { is: "module" }>;
  readonly name: string;
}

function Turn({ drawn, name }: TurnProperties) {
  const isOpen = drawn.is === "open";
  return (
    <button type="button" class="turn" onClick={() => turn(wishOf(drawn), !isOpen)}>
      <span aria-hidden="true">{isOpen ? "−" : "+"}</span>
      <span class="unseen">
        {isOpen ? "Fold" : "Unfold"} {name}
      </span>
    </button>
  );
}

export function nameOf(drawn: Drawn): string {
  switch (drawn.is) {
    case "module":
      return drawn.tree.children.length > 0 ? `${drawn.tree.label}.__init__` : drawn.tree.label;
    case "rest":
      return `${count(drawn.modules.length)} more of ${drawn.of.name || "the top level"}`;
    default:
      return drawn.tree.label;
  }
}
