/** The frame around every page: header, breadcrumbs, tabs and sign-in. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import * as endpoints from "../api/endpoints";
import type { ProjectNow } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { branch, type PageName, pathname, pathTo, type Route } from "../router";
import { forgetSession, hasEnded, session, signOut } from "../session";
import { BranchSelector } from "./branch-selector";
import { Icon } from "./icon";
import { Link } from "./link";
import { SignIn } from "./sign-in";
import { StandingLine } from "./standing-line";

/** The tabs of a project; `holds`: the pages for which a tab is the current one. */
const TABS: readonly {
  page:
    | "project"
    | "violations"
    | "pulls"
    | "snapshots"
    | "plan"
    | "family"
    | "explorer"
    | "project-settings";
  name: string;
  holds: readonly PageName[];
}[] = [
  { page: "project", name: "Burn-down", holds: ["project"] },
  { page: "violations", name: "Violations", holds: ["violations"] },
  { page: "pulls", name: "Pull requests", holds: ["pulls", "pull"] },
  { page: "snapshots", name: "Snapshots", holds: ["snapshots", "snapshot", "compare"] },
  { page: "plan", name: "Plan", holds: ["plan"] },
  { page: "family", name: "Family", holds: ["family"] },
  { page: "explorer", name: "Explorer", holds: ["explorer", "module"] },
  { page: "project-settings", name: "Settings", holds: ["project-settings"] },
];

interface Properties {
  readonly place: Route | null;
  readonly children: ComponentChildren;
}

export function Frame({ place, children }: Properties) {
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const path = pathname.value;
  const name = place?.parameters["project"] ?? null;
  const answer = useAnswer(name === null ? null : endpoints.project(name, { branch: branch.value }));
  const loaded = answer.state === "failed" ? null : answer.value;
  // While another project loads, the answer is still that of the one before.
  const project = loaded?.name === name ? loaded : null;
  useEffect(() => {
    if (!first.current) {
      main.current?.focus({ preventScroll: true });
    }
    first.current = false;
  }, [path]);

  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <div class="wide top-row">
          <Link to={pathTo("projects", {})} class="brand">
            <Icon name="brand" /> archguard
          </Link>
          <nav class="crumbs" aria-label="Breadcrumbs">
            <Crumbs place={place} />
          </nav>
          <nav class="top-links" aria-label="Service">
            <Link to={pathTo("settings", {})} current={place?.page === "settings"}>
              Settings
            </Link>
            <Account />
          </nav>
        </div>
        {place !== null && name !== null && <Tabs name={name} project={project} page={place.page} />}
      </header>
      <main id="main" class="wide" ref={main} tabIndex={-1}>
        {hasEnded.value && <SignedOut />}
        {name !== null && <StandingLine project={project} />}
        {children}
      </main>
    </>
  );
}

function Account() {
  const [failure, setFailure] = useState<string | null>(null);
  if (session.value === undefined) {
    return null; // not known yet
  }
  if (session.value === null) {
    return <SignIn />;
  }
  const leave = async () => {
    const result = await signOut();
    setFailure(result.ok ? null : result.problem.detail);
  };
  return (
    <>
      {failure !== null && <span role="alert">You are still signed in: {failure}</span>}
      <button type="button" class="quiet" onClick={leave}>
        Sign out
      </button>
    </>
  );
}

function SignedOut() {
  return (
    <p class="signed-out" role="status">
      You are signed out: the token that you signed in with holds no longer. What is public is still
      here.
      <button type="button" class="quiet" onClick={forgetSession}>
        Close
      </button>
    </p>
  );
}

interface TabsProperties {
  readonly name: string;
  readonly project: ProjectNow | null;
  readonly page: PageName;
}

function Tabs({ name, project, page }: TabsProperties) {
  return (
    <div class="wide tab-row">
      <nav class="tabs" aria-label={`Project ${name}`}>
        {TABS.map((tab) => (
          <Link
            key={tab.page}
            to={pathTo(tab.page, { project: name })}
            current={tab.holds.includes(page)}
          >
            {tab.name}
          </Link>
        ))}
      </nav>
      <BranchSelector key={name} name={name} project={project} />
    </div>
  );
}

function Crumbs({ place }: { place: Route | null }) {
  const crumbs = listCrumbs(place);
  return (
    <ol>
      {crumbs.map(({ name, to }, index) => (
        <li key={name}>
          {to === null || index === crumbs.length - 1 ? (
            <span aria-current="page">{name}</span>
          ) : (
            <Link to={to}>{name}</Link>
          )}
        </li>
      ))}
    </ol>
  );
}

interface Crumb {
  readonly name: string;
  readonly to: string | null;
}

function listCrumbs(place: Route | null): readonly Crumb[] {
  const project = place?.parameters["project"];
  if (place === null || project === undefined) {
    return [];
  }
  const { commit, module, number } = place.parameters;
  const crumbs: Crumb[] = [{ name: project, to: pathTo("project", { project }) }];
  if (commit !== undefined) {
    crumbs.push(
      { name: "Snapshots", to: pathTo("snapshots", { project }) },
      { name: commit.slice(0, 9), to: null },
    );
  } else if (module !== undefined) {
    crumbs.push({ name: "Explorer", to: pathTo("explorer", { project }) }, { name: module, to: null });
  }
  if (number !== undefined) {
    crumbs.push(
      { name: "Pull requests", to: pathTo("pulls", { project }) },
      { name: `#${number}`, to: null },
    );
  }
  return crumbs;
}
