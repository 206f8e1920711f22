/** Modules to begin with, shown until the user has selected one. */

import * as endpoints from "../api/endpoints";
import type { Contract } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { ExpandableList } from "../components/expandable-list";
import { Loaded, Notice } from "../components/notice";
import { branch } from "../router";
import { pluralize } from "../text/format";
import { showAround } from "./url-state";

interface Properties {
  readonly project: string;
  readonly contracts: readonly Contract[];
}

export function SuggestedModules({ project, contracts }: Properties) {
  const answer = useAnswer(endpoints.groups(project, { by: "imported", branch: branch.value }));
  const canonical = [...new Set(contracts.flatMap((contract) => contract.replacements))];
  return (
    <div class="start">
      <section>
        <h2>Deprecated, and still imported</h2>
        <Loaded answer={answer} lines={5}>
          {({ items }) =>
            items.length === 0 ? (
              <Notice title="None was found" />
            ) : (
              <ExpandableList items={items} keyOf={({ name }) => name}>
                {({ name, importers }) => (
                  <>
                    <Module name={name} />
                    <span class="muted small">{pluralize(importers, "importer")}</span>
                  </>
                )}
              </ExpandableList>
            )
          }
        </Loaded>
      </section>
      {canonical.length > 0 && (
        <section>
          <h2>What should be imported instead</h2>
          <ExpandableList items={canonical} keyOf={(name) => name}>
            {(name) => <Module name={name} />}
          </ExpandableList>
        </section>
      )}
    </div>
  );
}

function Module({ name }: { readonly name: string }) {
  return (
    <button type="button" class="as-link" onClick={() => showAround(name)}>
      <bdi>{name}</bdi>
    </button>
  );
}
