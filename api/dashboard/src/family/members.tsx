/** The members of a family, grouped by role. */

import type { FamilyMember } from "../api/types";
import { Card } from "../components/card";
import { ExpandableList } from "../components/expandable-list";
import { ModuleName } from "../components/names";
import { SourceLocation } from "../components/source-location";
import type { SourceLink } from "../text/forge";
import { formatNumber, pluralize } from "../text/format";
import { describeImporters, describeStatus, groupMembers } from "./roles";

interface Properties {
  readonly project: string;
  readonly members: readonly FamilyMember[];
  readonly linkTo: SourceLink;
}

/** The canonical definition, in a card of its own. */
export function Canonical({ project, members, linkTo }: Properties) {
  return (
    <Card title="Canonical" about="The definition that the family should have.">
      <Group project={project} members={members} linkTo={linkTo} />
    </Card>
  );
}

/** All other members, by what each is to the family. */
export function Members({ project, members, linkTo }: Properties) {
  return (
    <Card
      title={`Other definitions: ${formatNumber(members.length)}`}
      about="By what each is to the family: a first guess beside the facts that it rests on."
    >
      {groupMembers(members).map((group) => (
        <section key={group.role} class="member-group">
          <h3>
            {group.name}: {formatNumber(group.members.length)}
          </h3>
          <p class="small muted">{group.about}</p>
          {group.role === "test" ? (
            <details>
              <summary>Show them</summary>
              <Group project={project} members={group.members} linkTo={linkTo} />
            </details>
          ) : (
            <Group project={project} members={group.members} linkTo={linkTo} />
          )}
        </section>
      ))}
    </Card>
  );
}

const FIRST = 12;

function Group({ project, members, linkTo }: Properties) {
  return (
    <ExpandableList class="rows members" items={members} initial={FIRST} keyOf={({ id }) => id}>
      {(member) => <Member project={project} member={member} linkTo={linkTo} />}
    </ExpandableList>
  );
}

function Member({
  project,
  member,
  linkTo,
}: {
  readonly project: string;
  readonly member: FamilyMember;
  readonly linkTo: SourceLink;
}) {
  const isTest = member.status === "test";
  return (
    <div class="member">
      <div class="member-head">
        <ModuleName project={project} module={member.id} />
        <SourceLocation at={{ ...member, kind: "top-level", names: [] }} linkTo={linkTo} />
        {!isTest && <span class={`tag ${tagClass(member)}`}>{describeStatus(member)}</span>}
      </div>
      {!isTest && <Details project={project} member={member} />}
    </div>
  );
}

function tagClass({ status }: FamilyMember): string {
  return status === "violation" ? "deprecated" : status === "canonical" ? "canonical" : "quiet";
}

/** Who imports a member, and what its role rests on. */
function Details({ project, member }: { readonly project: string; readonly member: FamilyMember }) {
  const { facts, paths } = member;
  const [first] = facts;
  const isPlain = facts.length < 2 && paths.every(({ path }) => path === member.id);
  const summary = (
    <>
      {describeImporters(member)}
      {first !== undefined && (
        <>
          {" · "}
          <bdi>{first}</bdi>
        </>
      )}
    </>
  );
  if (isPlain) {
    return <p class="small muted">{summary}</p>;
  }
  return (
    <details class="small muted">
      <summary>{summary}</summary>
      <ul class="member-list">
        {facts.slice(1).map((fact) => (
          <li key={fact}>
            <bdi>{fact}</bdi>
          </li>
        ))}
        {paths.map(({ path, importers }) => (
          <li key={path}>
            {pluralize(importers, "importer")} by <ModuleName project={project} module={path} />
          </li>
        ))}
      </ul>
    </details>
  );
}
