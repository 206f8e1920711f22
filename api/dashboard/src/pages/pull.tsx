/** A pull request: what it adds and fixes, with the lines. */

import { combineAnswers } from "../api/combine-answers";
import * as endpoints from "../api/endpoints";
import type { ProjectNow, PullRequestDetails } from "../api/types";
import { useAnswer, useAnswers } from "../api/use-answer";
import { Link } from "../components/link";
import { CommitName } from "../components/names";
import { Loaded, Notice } from "../components/notice";
import { PageTitle } from "../components/page-title";
import { PullChanges } from "../pulls/pull-changes";
import { describeAge, describeBase, describeState } from "../pulls/pull-text";
import "../pulls/pulls.css";
import { type ParametersOf, pathTo } from "../router";
import "../snapshots/snapshots.css";
import { formatTime } from "../text/format";

export default function Pull({ project, number }: ParametersOf<"pull">) {
  const answer = combineAnswers(
    useAnswer(endpoints.project(project)),
    useAnswer(endpoints.pull(project, number)),
  );
  const pull = answer.state === "ready" ? answer.value[1] : null;
  return (
    <>
      <PageTitle
        title={`Pull request #${number}`}
        about={pull === null ? " " : <About pull={pull} />}
        actions={
          pull?.base != null && (
            <Link
              class="button"
              to={pathTo("compare", { project }, { base: pull.base.commit, head: pull.head.commit })}
            >
              With every import
            </Link>
          )
        }
      />
      <Loaded answer={answer} lines={14}>
        {([project, pull]) => <Details project={project} pull={pull} />}
      </Loaded>
    </>
  );
}

function About({ pull }: { readonly pull: PullRequestDetails }) {
  const { name, why } = describeState(pull);
  return (
    <span class="pull-branch">
      <bdi>{pull.head_branch}</bdi> into <bdi>{pull.base_branch}</bdi> ·{" "}
      <span title={`First seen ${formatTime(pull.first_seen_at)}`}>{describeAge(pull)}</span> ·{" "}
      <span title={why}>{name}</span>
    </span>
  );
}

interface Properties {
  readonly project: ProjectNow;
  readonly pull: PullRequestDetails;
}

function Details({ project, pull }: Properties) {
  const { name } = project;
  const { head, base } = pull;
  const snapshots = useAnswers(
    base === null
      ? null
      : [endpoints.snapshot(name, head.commit), endpoints.snapshot(name, base.commit)],
  );
  if (base === null) {
    return (
      <Notice title="There is nothing to compare it with">
        <p>{pull.sentence}</p>
        <p>
          The head is <CommitName project={name} commit={head.commit} />. Upload every push to{" "}
          <bdi>{pull.base_branch}</bdi>, or its past with <code>archguard backfill --upload</code>.
        </p>
      </Notice>
    );
  }
  const note = describeBase(pull);
  return (
    <div class="stack">
      <div>
        <p class="pull-sentence">{pull.sentence}</p>
        <p class="about">
          <CommitName project={name} commit={head.commit} /> of {formatTime(head.committed_at)} against{" "}
          <CommitName project={name} commit={base.commit} /> of {formatTime(base.committed_at)} on{" "}
          <bdi>{pull.base_branch}</bdi>.
        </p>
        {note !== null && <p class="about">{note}</p>}
      </div>
      <Loaded answer={snapshots} lines={12}>
        {([headSnapshot, baseSnapshot]) =>
          headSnapshot !== undefined &&
          baseSnapshot !== undefined && (
            <div class="stack">
              <PullChanges
                project={name}
                pull={pull}
                head={headSnapshot}
                base={baseSnapshot}
                template={project.settings.link}
              />
            </div>
          )
        }
      </Loaded>
    </div>
  );
}
