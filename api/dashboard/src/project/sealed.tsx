/** What stands in the place of the remaining work where none is left: how each contract came to zero. */

import * as endpoints from "../api/endpoints";
import type { Contract, ProjectNow, Trend } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Card } from "../components/card";
import { Icon } from "../components/icon";
import { CommitName, ImportName } from "../components/names";
import { Loaded } from "../components/notice";
import { branch } from "../router";
import { formatTime } from "../text/format";
import { describeSealed } from "./sealed-text";
import { findContract, isSealed, liveContracts } from "./visible-contracts";

/** Return whether the selected contract is sealed; without a selection, whether all are. */
export function areSealed(project: ProjectNow, selected: string | null): boolean {
  const contracts = listContracts(project, selected);
  return contracts.length > 0 && contracts.every(isSealed);
}

function listContracts(project: ProjectNow, selected: string | null): readonly Contract[] {
  const chosen = findContract(project.contracts, selected);
  const shown = chosen === undefined ? liveContracts(project) : [chosen];
  return shown.filter(({ retired }) => retired === null).map(({ contract }) => contract);
}

interface Properties {
  readonly project: ProjectNow;
  readonly selected: string | null;
  readonly trends: ReadonlyMap<string, Trend>;
}

export function Sealed({ project, selected, trends }: Properties) {
  return (
    <Card title="Nothing is left">
      <ul class="sealed">
        {listContracts(project, selected).map((contract) => (
          <li key={contract.id}>
            <SealedContract
              project={project.name}
              contract={contract}
              trend={trends.get(contract.id) ?? null}
            />
          </li>
        ))}
      </ul>
    </Card>
  );
}

interface SealedProperties {
  readonly project: string;
  readonly contract: Contract;
  readonly trend: Trend | null;
}

function SealedContract({ project, contract, trend }: SealedProperties) {
  const summary = trend?.summary ?? null;
  return (
    <>
      <h3>{contract.name}</h3>
      <p>
        <Icon name="sealed" /> {summary === null ? "Sealed" : describeSealed(summary)}
      </p>
      {summary !== null && summary.highest.violations > 0 && (
        <LastRemoved project={project} contract={contract.id} />
      )}
    </>
  );
}

/** The violation that was fixed last, and the commit that did it. */
function LastRemoved({ project, contract }: { readonly project: string; readonly contract: string }) {
  const answer = useAnswer(
    endpoints.fixedViolations(project, { contract, branch: branch.value, limit: 1 }),
  );
  return (
    <Loaded answer={answer} lines={1}>
      {({ items: [last] }) =>
        last === undefined ? (
          <p class="muted">What was removed last is not known.</p>
        ) : (
          <p class="last-removed">
            <span class="muted">The last one removed:</span>{" "}
            <ImportName project={project} importer={last.importer} imported={last.imported} />{" "}
            <span class="muted">
              in <CommitName project={project} commit={last.fixed.commit} />,{" "}
              {formatTime(last.fixed.committed_at)}
            </span>
          </p>
        )
      }
    </Loaded>
  );
}
