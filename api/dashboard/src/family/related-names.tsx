/** What else an audit finds about a family: impostors, factories, and names that are imported and do not exist. */

import type { FamilyDetails, FamilyFactory, FamilyImpostor, FamilyMissingName } from "../api/types";
import { Card } from "../components/card";
import { ExpandableList } from "../components/expandable-list";
import { ModuleName } from "../components/names";
import { SourceLocation, SourceLocations } from "../components/source-location";
import type { SourceLink } from "../text/forge";
import { formatNumber } from "../text/format";

interface Properties {
  readonly project: string;
  readonly family: FamilyDetails;
  readonly linkTo: SourceLink;
}

export function RelatedNames({ project, family, linkTo }: Properties) {
  const { impostors, factories, missing } = family;
  return (
    <>
      <Card
        title={`Impostors: ${formatNumber(impostors.length)}`}
        about="Names that lead to another definition than their namesakes."
      >
        {impostors.length === 0 ? (
          <p class="muted">None.</p>
        ) : (
          <ExpandableList items={impostors} keyOf={({ name, target }) => `${name} ${target}`}>
            {(impostor) => <Impostor project={project} impostor={impostor} />}
          </ExpandableList>
        )}
      </Card>
      <Card
        title={`Factories: ${formatNumber(factories.length)}`}
        about="Functions and classes that return members of the family."
      >
        {factories.length === 0 ? (
          <p class="muted">None.</p>
        ) : (
          <ExpandableList items={factories} initial={FIRST} keyOf={({ id }) => id}>
            {(factory) => <Factory project={project} factory={factory} linkTo={linkTo} />}
          </ExpandableList>
        )}
      </Card>
      {missing.length > 0 && (
        <Card
          title={`Imported, and not there: ${formatNumber(missing.length)}`}
          about="Names of the family that their modules do not have."
        >
          <ExpandableList items={missing} keyOf={({ symbol }) => symbol}>
            {(name) => <Missing project={project} name={name} linkTo={linkTo} />}
          </ExpandableList>
        </Card>
      )}
    </>
  );
}

const FIRST = 6;

function Impostor({
  project,
  impostor,
}: {
  readonly project: string;
  readonly impostor: FamilyImpostor;
}) {
  const others = impostor.symbols.filter((symbol) => symbol !== impostor.target);
  return (
    <div class="member">
      <p>
        <b>
          <bdi>{impostor.name}</bdi>
        </b>{" "}
        {others.length === 0 ? (
          <>
            is defined by itself in <ModuleName project={project} module={impostor.target} />
          </>
        ) : (
          <>
            leads to <ModuleName project={project} module={impostor.target} /> in:
          </>
        )}
      </p>
      {others.length > 0 && (
        <ul class="member-list">
          {others.map((symbol) => (
            <li key={symbol}>
              <ModuleName project={project} module={symbol} />
            </li>
          ))}
        </ul>
      )}
      <p class="small muted">
        Elsewhere it is <ModuleName project={project} module={impostor.expected} />
      </p>
    </div>
  );
}

function Factory({
  project,
  factory,
  linkTo,
}: {
  readonly project: string;
  readonly factory: FamilyFactory;
  readonly linkTo: SourceLink;
}) {
  return (
    <div class="member">
      <div class="member-head">
        <ModuleName project={project} module={factory.id} />
        <SourceLocation at={{ ...factory, kind: "top-level", names: [] }} linkTo={linkTo} />
      </div>
      <p class="small muted">
        returns <Names project={project} names={factory.returns} />
        {factory.same_returns.length > 0 && (
          <>
            , as do <Names project={project} names={factory.same_returns} />
          </>
        )}
      </p>
    </div>
  );
}

const FEW = 2;

function Names({ project, names }: { readonly project: string; readonly names: readonly string[] }) {
  return (
    <>
      {names.slice(0, FEW).map((name, index) => (
        <span key={name}>
          {index > 0 && ", "}
          <ModuleName project={project} module={name} />
        </span>
      ))}
      {names.length > FEW && ` and ${formatNumber(names.length - FEW)} more`}
    </>
  );
}

function Missing({
  project,
  name,
  linkTo,
}: {
  readonly project: string;
  readonly name: FamilyMissingName;
  readonly linkTo: SourceLink;
}) {
  const places = name.places.map((place) => ({ ...place, kind: "top-level", names: [] }));
  return (
    <div class="member-head">
      <ModuleName project={project} module={name.symbol} />
      <SourceLocations all={places} linkTo={linkTo} />
    </div>
  );
}
