/** A family: the canonical definition, its duplicates with roles, and who imports them by which path. */

import { combineAnswers } from "../api/combine-answers";
import * as endpoints from "../api/endpoints";
import type { Families, FamilyDetails, ProjectNow } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { CopyableText } from "../components/copy-button";
import { SelectField } from "../components/field";
import { CommitName } from "../components/names";
import { Loaded, Notice } from "../components/notice";
import { PageTitle } from "../components/page-title";
import { Stat, Stats } from "../components/stat";
import { ImporterCard } from "../family/importer-chart";
import "../family/family.css";
import { Canonical, Members } from "../family/members";
import { RelatedNames } from "../family/related-names";
import { branch, type ParametersOf, query, setQuery } from "../router";
import { createSourceLink } from "../text/forge";
import { formatDate, formatNumber, pluralize } from "../text/format";

export default function Family({ project }: ParametersOf<"family">) {
  const answer = combineAnswers(
    useAnswer(endpoints.project(project, { branch: branch.value })),
    useAnswer(endpoints.families(project, { branch: branch.value })),
  );
  return (
    <>
      <PageTitle
        title="Family"
        about="Definitions that do one job: which one stays, what the others are, and who imports them."
      />
      <Loaded answer={answer} lines={14}>
        {([project, families]) =>
          families.items.length === 0 ? <NoFamily /> : <Chosen project={project} families={families} />
        }
      </Loaded>
    </>
  );
}

function NoFamily() {
  return (
    <Notice title="No contract names a family">
      <p>
        A contract of type <code>canonical</code> says which definition should stay. The audit finds
        families, and writes the contract for one:
      </p>
      <CopyableText text="archguard audit --write-contract" />
      <p>The next upload brings its definitions here.</p>
    </Notice>
  );
}

interface ChosenProperties {
  readonly project: ProjectNow;
  readonly families: Families;
}

function Chosen({ project, families }: ChosenProperties) {
  const wanted = query.value.get("contract");
  const contract =
    families.items.find((one) => one.contract === wanted)?.contract ?? families.items[0]?.contract ?? "";
  const answer = useAnswer(endpoints.family(project.name, contract, { branch: branch.value }));
  return (
    <div class="stack">
      {families.items.length > 1 && (
        <div class="family-head">
          <SelectField
            label="Contract"
            value={contract}
            options={families.items.map((one) => ({ value: one.contract, name: one.name }))}
            onChoose={(chosen) => setQuery({ contract: chosen })}
          />
        </div>
      )}
      <Loaded answer={answer} lines={14}>
        {(family) => <Details project={project} family={family} />}
      </Loaded>
    </div>
  );
}

interface DetailsProperties {
  readonly project: ProjectNow;
  readonly family: FamilyDetails;
}

function Details({ project, family }: DetailsProperties) {
  const of = family.definitions_of;
  return (
    <div class="stack">
      <Stats>
        <Stat
          name="Violations"
          note={family.lower_bound ? "at least: not every file was read" : family.name}
        >
          {formatNumber(family.violations)}
        </Stat>
        {family.members !== null && (
          <Stat name="Definitions" note="in production code">
            {formatNumber(family.members)}
          </Stat>
        )}
        {of !== null && (
          <Stat name="Impostors" note="names that lead elsewhere">
            {formatNumber(family.impostors.length)}
          </Stat>
        )}
        {of !== null && (
          <Stat name="Factories" note="return members">
            {formatNumber(family.factories.length)}
          </Stat>
        )}
      </Stats>
      {family.canonical_missing && (
        <Notice title="A canonical definition does not exist" icon="warning">
          <p>
            The contract names{" "}
            {family.canonical?.map((name) => (
              <code key={name}>{name} </code>
            ))}{" "}
            and this commit does not have it.
          </p>
        </Notice>
      )}
      {of === null || family.definitions === null ? (
        <Notice title="The definitions were not uploaded">
          <p>
            <code>archguard check --upload</code>, <code>archguard upload</code> and the last commit of{" "}
            <code>archguard backfill --upload</code> bring them.
          </p>
        </Notice>
      ) : (
        <p class="about">
          The definitions are those of <CommitName project={project.name} commit={of.commit} /> of{" "}
          {formatDate(of.committed_at)}
          {of.commit !== family.commit && ", the last commit that was sent with them"}.
          {family.omitted > 0 && ` ${pluralize(family.omitted, "entry", "entries")} had no room.`}
        </p>
      )}
      <Definitions project={project} family={family} />
    </div>
  );
}

function Definitions({ project, family }: DetailsProperties) {
  const commit = family.definitions_of?.commit ?? family.commit;
  const snapshot = useAnswer(endpoints.snapshot(project.name, commit));
  const linkTo =
    snapshot.state === "ready" ? createSourceLink(project.settings.link, snapshot.value) : () => null;
  const members = family.definitions ?? [];
  const canonical = members.filter(({ status }) => status === "canonical");
  const others = members.filter(({ status }) => status !== "canonical");
  return (
    <>
      {canonical.length > 0 && <Canonical project={project.name} members={canonical} linkTo={linkTo} />}
      <ImporterCard project={project.name} family={family} />
      {others.length > 0 && <Members project={project.name} members={others} linkTo={linkTo} />}
      {family.definitions !== null && (
        <RelatedNames project={project.name} family={family} linkTo={linkTo} />
      )}
    </>
  );
}
