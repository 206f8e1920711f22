/** Where to begin: the explorer before a module is chosen. */

import * as questions from "../api/questions";
import type { Contract } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Folded } from "../components/expandable-list";
import { Loaded, Notice } from "../components/notice";
import { counted } from "../text/format";
import { lookAt } from "./url-state";

interface Properties {
  readonly project: string;
  readonly contracts: readonly Contract[];
}

export function Start({ project, contracts }: Properties) {
  const answer = useAnswer(questions.groups(project, { by: "imported" }));
  const canonical = [...new Set(contracts.flatMap((contract) => contract.replacements))];
  return (
    <div class="start">
      <section>
        <h3>Deprecated, and still imported</h3>
        <Loaded answer={answer} lines={5}>
          {({ items }) =>
            items.length === 0 ? (
              <Notice title="None is imported any more" icon="sealed" />
            ) : (
              <Folded items={items} keyOf={({ name }) => name}>
                {({ name, importers }) => (
                  <>
                    <Module name={name} />
                    <span class="muted small">{counted(importers, "importer")}</span>
                  </>
                )}
              </Folded>
            )
          }
        </Loaded>
      </section>
      {canonical.length > 0 && (
        <section>
          <h3>What should be imported instead</h3>
          <Folded items={canonical} keyOf={(name) => name}>
            {(name) => <Module name={name} />}
          </Folded>
        </section>
      )}
    </div>
  );
}

function Module({ name }: { readonly name: string }) {
  return (
    <button type="button" class="as-link" onClick={() => lookAt(name)}>
      <bdi>{name}</bdi>
    </button>
  );
}
