/** The pull requests of a project, each compared with the branch that it goes into. */

import * as endpoints from "../api/endpoints";
import type { ListedPullRequest, Page } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Card } from "../components/card";
import { CopyableText } from "../components/copy-button";
import { Link } from "../components/link";
import { Loaded } from "../components/notice";
import { PageTitle } from "../components/page-title";
import { FIRST_PAGE, Pager } from "../components/pager";
import { SegmentedControl } from "../components/segmented-control";
import { type Column, Table } from "../components/table";
import {
  describeAge,
  describeState,
  formatSigned,
  readStateFilter,
  STATES,
  type StateFilter,
} from "../pulls/pull-text";
import "../pulls/pulls.css";
import { type ParametersOf, pathTo, query, setQuery } from "../router";
import { formatTime } from "../text/format";

export default function Pulls({ project }: ParametersOf<"pulls">) {
  const state = readStateFilter(query.value.get("state"));
  const answer = useAnswer(endpoints.pulls(project, { state, after: query.value.get("after") }));
  return (
    <>
      <PageTitle
        title="Pull requests"
        about="What each change adds and fixes, compared with its base."
      />
      <Card
        title="Changes"
        actions={
          <SegmentedControl
            label="State"
            options={STATES}
            chosen={state}
            onChoose={(id) => setQuery({ state: id === "open" ? null : id, ...FIRST_PAGE })}
          />
        }
      >
        <Loaded answer={answer} lines={12}>
          {(page) =>
            page.items.length === 0 ? (
              <Empty project={project} state={state} />
            ) : (
              <List project={project} page={page} />
            )
          }
        </Loaded>
      </Card>
    </>
  );
}

function Empty({ project, state }: { readonly project: string; readonly state: StateFilter }) {
  if (state === "closed") {
    return <p class="muted">No pull request is closed.</p>;
  }
  return (
    <div>
      <p class="about">
        {state === "open" ? (
          <>
            No pull request is open.{" "}
            <Link to={pathTo("pulls", { project }, { state: "all" })}>Those that were</Link>
          </>
        ) : (
          "No snapshot of a pull request was uploaded yet."
        )}
      </p>
      <p class="about">In the pull request’s CI, one command judges it and sends its snapshot:</p>
      <CopyableText text="archguard check --base auto --upload" />
    </div>
  );
}

interface ListProperties {
  readonly project: string;
  readonly page: Page<ListedPullRequest>;
}

function List({ project, page }: ListProperties) {
  return (
    <>
      <Table
        caption="Pull requests"
        columns={buildColumns(project)}
        rows={page.items}
        keyOf={({ number }) => String(number)}
      />
      <Pager shown={page.items.length} next={page.next} total={null} noun="pull requests" />
    </>
  );
}

function buildColumns(project: string): readonly Column<ListedPullRequest>[] {
  return [
    {
      name: "Pull request",
      cell: ({ number, head_branch }) => (
        <span class="pull-branch pull-name" title={head_branch}>
          <Link to={pathTo("pull", { project, number: String(number) })}>
            #{number} <bdi>{head_branch}</bdi>
          </Link>
        </span>
      ),
    },
    {
      name: "New",
      align: "right",
      cell: ({ added, sentence }) => (
        <span class={added ? "worse" : "muted"} title={sentence}>
          {formatSigned(added, "+")}
        </span>
      ),
    },
    {
      name: "Fixed",
      align: "right",
      cell: ({ fixed, sentence }) => (
        <span class={fixed ? "better" : "muted"} title={sentence}>
          {formatSigned(fixed, "−")}
        </span>
      ),
    },
    {
      name: "Base",
      wide: true,
      cell: ({ base, base_branch }) => (
        <span class="pull-branch">
          <bdi>{base_branch}</bdi>
          {base === null && <span class="muted">: not uploaded</span>}
        </span>
      ),
    },
    {
      name: "Age",
      wide: true,
      cell: (pull) => (
        <span class="nowrap" title={`First seen ${formatTime(pull.first_seen_at)}`}>
          {describeAge(pull)}
        </span>
      ),
    },
    {
      name: "State",
      cell: (pull) => {
        const { name, why } = describeState(pull);
        return (
          <span class="muted" title={why}>
            {name}
          </span>
        );
      },
    },
  ];
}
