/** The deprecated modules, in an order in which they can be deleted, and when. */

import type { DeletionProgress } from "../api/types";
import { Card } from "../components/card";
import { ExpandableList } from "../components/expandable-list";
import { ModuleName } from "../components/names";
import { pluralize } from "../text/format";
import { Path } from "./batches";

interface Properties {
  readonly project: string;
  readonly deletions: readonly DeletionProgress[];
}

export function Deletions({ project, deletions }: Properties) {
  if (deletions.length === 0) {
    return null;
  }
  return (
    <Card
      title="Deleting the modules"
      about="The deprecated modules that existed when the plan was made, of all contracts, in an order in which they can go."
    >
      <ExpandableList
        class="rows deletions"
        items={deletions}
        initial={20}
        keyOf={({ modules }) => modules.join(" ")}
      >
        {(step) => (
          <>
            <span class="deletion-modules">
              {step.modules.map((module) => (
                <ModuleName key={module} project={project} module={module} />
              ))}
            </span>
            <span class="deletion-when">
              <bdi>{step.sentence}</bdi>
              {step.own_tests.length > 0 && (
                <details class="small">
                  <summary>with {pluralize(step.own_tests.length, "own test file")}</summary>
                  <ul>
                    {step.own_tests.map((path) => (
                      <li key={path}>
                        <Path path={path} />
                      </li>
                    ))}
                  </ul>
                </details>
              )}
            </span>
          </>
        )}
      </ExpandableList>
    </Card>
  );
}
