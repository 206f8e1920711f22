/** A plan: the batches that are done and left, what is in the way, and which modules can be deleted when. */

import { combineAnswers } from "../api/combine-answers";
import * as endpoints from "../api/endpoints";
import type { PlanProgress, ProjectNow } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { CopyableText } from "../components/copy-button";
import { SelectField } from "../components/field";
import { Loaded, Notice } from "../components/notice";
import { PageTitle } from "../components/page-title";
import { Stat, Stats } from "../components/stat";
import { measureProgress } from "../plan/batch-text";
import { Batches } from "../plan/batches";
import { Blocked } from "../plan/blocked";
import { Deletions } from "../plan/deletions";
import "../plan/plan.css";
import { branch, type ParametersOf, query, setQuery } from "../router";
import { createSourceLink } from "../text/forge";
import { formatDate, formatNumber } from "../text/format";

export default function Plan({ project }: ParametersOf<"plan">) {
  const answer = useAnswer(endpoints.project(project, { branch: branch.value }));
  return (
    <>
      <PageTitle
        title="Plan"
        about="Which imports of deprecated modules can be rewritten now, in which batches, and what is in the way of the rest."
      />
      <Loaded answer={answer} lines={14}>
        {(loaded) => <Newest project={loaded} />}
      </Loaded>
    </>
  );
}

/** The list is asked first: a branch without a plan is no failure. */
function Newest({ project }: { readonly project: ProjectNow }) {
  const name = branch.value ?? project.default_branch;
  const answer = useAnswer(endpoints.plans(project.name, { branch: name, limit: 1 }));
  return (
    <Loaded answer={answer} lines={14}>
      {({ items }) =>
        items[0] === undefined || name === null ? (
          <NoPlan />
        ) : (
          <Chosen key={items[0].id} project={project} branch={name} />
        )
      }
    </Loaded>
  );
}

function NoPlan() {
  return (
    <Notice title="There is no plan of this branch yet">
      <p>In the repository, this makes one and sends it here:</p>
      <CopyableText text="archguard plan --upload" />
    </Notice>
  );
}

interface ChosenProperties {
  readonly project: ProjectNow;
  readonly branch: string;
}

function Chosen({ project, branch }: ChosenProperties) {
  const contract = query.value.get("contract") || null;
  const answer = combineAnswers(
    useAnswer(endpoints.newestPlan(project.name, { branch, contract })),
    useAnswer(endpoints.snapshots(project.name, { branch, limit: 1 })),
  );
  return (
    <Loaded answer={answer} lines={14}>
      {([plan, snapshots]) => {
        const [tip] = snapshots.items;
        const linkTo = tip === undefined ? () => null : createSourceLink(project.settings.link, tip);
        return (
          <div class="stack">
            <Progress project={project} plan={plan} contract={contract} />
            <Batches batches={plan.items} names={nameContracts(project)} />
            {plan.blocked > 0 && (
              <Blocked project={project.name} reasons={plan.reasons} linkTo={linkTo} />
            )}
            <Deletions project={project.name} deletions={plan.deletions} />
          </div>
        );
      }}
    </Loaded>
  );
}

function nameContracts(project: ProjectNow): ReadonlyMap<string, string> {
  return new Map(project.contracts.map(({ contract }) => [contract.id, contract.name]));
}

interface ProgressProperties {
  readonly project: ProjectNow;
  readonly plan: PlanProgress;
  readonly contract: string | null;
}

function Progress({ project, plan, contract }: ProgressProperties) {
  const names = nameContracts(project);
  return (
    <div class="stack">
      {plan.contracts.length > 1 && (
        <div class="filters">
          <SelectField
            label="Contract"
            value={contract ?? ""}
            options={[
              { value: "", name: "All" },
              ...plan.contracts.map((id) => ({ value: id, name: names.get(id) ?? id })),
            ]}
            onChoose={(chosen) => setQuery({ contract: chosen || null })}
          />
        </div>
      )}
      <div>
        <p class="plan-sentence">{plan.sentence}</p>
        <Bar plan={plan} />
        <p class="about">
          Of the plan of {formatDate(plan.received_at)}, against the newest snapshot of{" "}
          <bdi>{plan.branch}</bdi>.
          {(plan.unplanned ?? 0) > 0 && (
            <>
              {" "}
              <code>archguard plan --upload</code> brings a plan with what came since.
            </>
          )}
        </p>
      </div>
      <Stats>
        <Stat name="Ready" note={`of ${formatNumber(plan.ready)} in the plan`}>
          {formatNumber(plan.ready_left ?? plan.ready)}
        </Stat>
        <Stat name="Blocked" note={`of ${formatNumber(plan.blocked)} in the plan`}>
          {formatNumber(plan.blocked_left ?? plan.blocked)}
        </Stat>
        <Stat name="Batches done" note={`of ${formatNumber(plan.batches)}`}>
          {plan.batches_done === null ? "–" : formatNumber(plan.batches_done)}
        </Stat>
        <Stat name="Not in the plan" note="open, and came later">
          {plan.unplanned === null ? "–" : formatNumber(plan.unplanned)}
        </Stat>
      </Stats>
    </div>
  );
}

/** How much is done, for the eye; the sentence above it says the same. */
function Bar({ plan }: { readonly plan: PlanProgress }) {
  const done = measureProgress(plan);
  if (done === null) {
    return null;
  }
  return (
    <svg class="plan-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
      <rect width="100" height="1" />
      <rect width={done * 100} height="1" />
    </svg>
  );
}
