/** The projects that the user may read, each with its state. */

import { useState } from "preact/hooks";
import * as endpoints from "../api/endpoints";
import type { ListedProject, Standing } from "../api/types";
import { useAnswers } from "../api/use-answer";
import { Card } from "../components/card";
import { Commands } from "../components/commands";
import { Link } from "../components/link";
import { Loaded, Loading, Notice } from "../components/notice";
import { PageTitle } from "../components/page-title";
import { Rebuilding } from "../components/rebuilding";
import { SignIn } from "../components/sign-in";
import { Sparkline } from "../components/sparkline";
import { StateBadge } from "../components/state-badge";
import { pathTo } from "../router";
import { session } from "../session";
import { NO_VERDICT } from "../snapshots/snapshot-totals";
import { formatAge, formatChange, formatNumber, formatTime, pluralize } from "../text/format";
import "./projects.css";

export default function Projects() {
  const [cursors, setCursors] = useState<readonly (string | null)[]>([null]);
  const answer = useAnswers(cursors.map((after) => endpoints.projects({ after })));
  return (
    <>
      <PageTitle title="Projects" />
      <Loaded answer={answer} lines={10}>
        {(pages) => {
          const projects = pages.flatMap((page) => page.items);
          const next = pages.at(-1)?.next ?? null;
          if (projects.length === 0) {
            return <NoProjects />;
          }
          return (
            <>
              {projects.some(isRebuilding) && (
                <Rebuilding
                  text="Some of these lines are being recomputed; the last complete ones are shown."
                  endpoint={endpoints.projects({
                    after: cursors[pages.findIndex((page) => page.items.some(isRebuilding))],
                  })}
                  isOver={(page) => !page.items.some(isRebuilding)}
                />
              )}
              <ul class="projects">
                {projects.map((project) => (
                  <Row key={project.name} project={project} />
                ))}
              </ul>
              {next !== null && (
                <button type="button" class="more" onClick={() => setCursors([...cursors, next])}>
                  Show more projects
                </button>
              )}
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function isRebuilding({ now }: ListedProject): boolean {
  return now?.rebuilding === true;
}

function NoProjects() {
  if (session.value === undefined) {
    return <Loading />;
  }
  if (session.value === null) {
    return (
      <Notice title="No project is public here">
        <p>Sign in to see yours.</p>
        <SignIn open />
      </Notice>
    );
  }
  return (
    <Card title="There is no project yet">
      <p class="about">
        A project is made by the first snapshot that is sent to it. Three commands do it:
      </p>
      <Commands project={null} />
    </Card>
  );
}

function Row({ project }: { readonly project: ListedProject }) {
  const { name, now, default_branch } = project;
  return (
    <li class="card project">
      <div class="project-name">
        <h2>
          <Link to={pathTo("project", { project: name })}>{name}</Link>
        </h2>
        <p class="muted small">
          {now === null
            ? "no snapshot on a default branch"
            : [default_branch, pluralize(now.contracts, "contract")].filter(Boolean).join(" · ")}
        </p>
        {now !== null && <p class="small sentence">{now.sentence}</p>}
      </div>
      {now === null ? <p class="project-empty muted">Nothing to show yet</p> : <Figures now={now} />}
      <p class="project-seen muted small">
        {now === null ? (
          "no commit"
        ) : (
          <>
            last commit{" "}
            <time dateTime={now.last_commit_at} title={formatTime(now.last_commit_at)}>
              {formatAge(now.last_commit_at)}
            </time>
            {now.rebuilding && <span class="tag quiet">recomputed now</span>}
          </>
        )}
      </p>
    </li>
  );
}

function Figures({ now }: { readonly now: Standing }) {
  return (
    <>
      <p class="project-state">
        <StateBadge state={now.state} />
      </p>
      <p class="project-count">
        {now.violations === null ? (
          <span class="muted small">{NO_VERDICT}</span>
        ) : (
          <>
            <b>
              {now.lower_bound && "≥ "}
              {formatNumber(now.violations)}
            </b>{" "}
            <span class="muted small">{now.violations === 1 ? "violation" : "violations"}</span>
          </>
        )}
        {now.unread > 0 && <span class="muted small">, {pluralize(now.unread, "file")} unread</span>}
      </p>
      <p class="project-change small">
        <Change value={now.change_30_days} />
      </p>
      <div class="project-curve" data-state={now.state}>
        <Sparkline curve={now.curve} />
      </div>
    </>
  );
}

function Change({ value }: { readonly value: number | null }) {
  if (value === null) {
    return <span class="muted">too new for 30 days</span>;
  }
  return (
    <>
      <b class={value > 0 ? "worse" : value < 0 ? "better" : "muted"}>{formatChange(value)}</b>{" "}
      <span class="muted">in 30 days</span>
    </>
  );
}
