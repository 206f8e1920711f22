/** The cards about remaining violations: by group, nearest to zero, oldest, and newest. */

import type { ComponentChildren } from "preact";
import * as endpoints from "../api/endpoints";
import type { Group, Groups, OpenViolation } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Card } from "../components/card";
import { Link } from "../components/link";
import { CommitName, ImportName, ModuleName } from "../components/names";
import { Loaded } from "../components/notice";
import { SegmentedControl } from "../components/segmented-control";
import { branch, pathTo, query, setQuery } from "../router";
import { formatNumber, formatTime, pluralize } from "../text/format";

interface Properties {
  readonly project: string;
  /** The selected contract, or null for all. */
  readonly contract: string | null;
}

const GROUPINGS = [
  { id: "package", name: "Package" },
  { id: "owner", name: "Owner" },
  { id: "kind", name: "Kind" },
] as const;
const BARS = 8;
const ROWS = 5;
/** Stands for the owner of a contract that has none. */
const NOBODY = "nobody";

export function RemainingWork({ project, contract }: Properties) {
  const by = GROUPINGS.find(({ id }) => id === query.value.get("by"))?.id ?? "package";
  const answer = useAnswer(endpoints.groups(project, { by, contract, branch: branch.value }));
  const choose = (id: typeof by) => setQuery({ by: id === "package" ? null : id });
  return (
    <Card
      title="What is left"
      actions={<SegmentedControl label="Grouped by" options={GROUPINGS} chosen={by} onChoose={choose} />}
    >
      <div class="room rows-8">
        <Loaded answer={answer} lines={BARS}>
          {(groups) => (
            <Bars groups={groups} link={(name) => violationsPath(project, { contract, [by]: name })} />
          )}
        </Loaded>
      </div>
    </Card>
  );
}

function violationsPath(project: string, values: Readonly<Record<string, string | null>>): string {
  return pathTo("violations", { project }, values);
}

function Bars({ groups, link }: { readonly groups: Groups; readonly link: (name: string) => string }) {
  if (groups.items.length === 0) {
    return <p class="muted empty">None was found.</p>;
  }
  const most = Math.max(...groups.items.map((group) => group.violations));
  const more = groups.items.length + groups.left_out - BARS;
  return (
    <>
      <ul class="bars">
        {groups.items.slice(0, BARS).map((group) => (
          <li key={group.name ?? NOBODY}>
            {group.name === null ? (
              <span>{NOBODY}</span>
            ) : (
              <Link to={link(group.name)}>{group.name}</Link>
            )}
            <meter
              min={0}
              max={most}
              value={group.violations}
              aria-label={`${group.name ?? NOBODY}: ${group.violations}`}
            />
            <b>{formatNumber(group.violations)}</b>
          </li>
        ))}
      </ul>
      {more > 0 && <p class="muted small">and {pluralize(more, "more", "more")}</p>}
    </>
  );
}

export function NextToClose({ project, contract }: Properties) {
  const answer = useAnswer(
    endpoints.groups(project, { by: "imported", contract, branch: branch.value }),
  );
  return (
    <Card
      title="Who is next"
      about="The deprecated modules with the fewest importers left: nearest to being closed."
    >
      <div class="room rows-5">
        <Loaded answer={answer} lines={ROWS}>
          {(groups) => (
            <List
              items={sortByImporters(groups.items.filter(isNamed))}
              keyOf={(group) => group.name}
              empty="None was found."
            >
              {(group) => (
                <>
                  <ModuleName project={project} module={group.name} />
                  <Link to={violationsPath(project, { contract, imported: group.name })} class="end">
                    {group.name.includes(":") && group.importers === 1
                      ? "1 left" // a class is its own importer
                      : `${pluralize(group.importers, "importer")} left`}
                  </Link>
                </>
              )}
            </List>
          )}
        </Loaded>
      </div>
    </Card>
  );
}

interface Named extends Group {
  readonly name: string;
}

function isNamed(group: Group): group is Named {
  return group.name !== null;
}

function sortByImporters(groups: readonly Named[]): readonly Named[] {
  return [...groups].sort((a, b) => a.importers - b.importers || (a.name < b.name ? -1 : 1));
}

export function Oldest({ project, contract }: Properties) {
  const answer = useAnswer(
    endpoints.openViolations(project, {
      contract,
      branch: branch.value,
      sort: "introduced",
      limit: ROWS,
    }),
  );
  return (
    <Card
      title="The oldest"
      actions={
        <Link to={violationsPath(project, { contract, sort: "introduced" })} class="small">
          All by age
        </Link>
      }
    >
      <div class="room rows-5 tall">
        <Loaded answer={answer} lines={ROWS}>
          {(page) => (
            <List items={page.items} keyOf={keyOf} empty="None was found.">
              {(item) => (
                <>
                  <ImportName project={project} importer={item.importer} imported={item.imported} />
                  <span class="end" title={formatTime(item.introduced.committed_at)}>
                    {pluralize(item.age_days, "day")}
                  </span>
                </>
              )}
            </List>
          )}
        </Loaded>
      </div>
    </Card>
  );
}

interface WeekProperties extends Properties {
  /** The date on which the week began. */
  readonly since: string;
}

const MOST_NEW = 50;

export function ThisWeek({ project, contract, since }: WeekProperties) {
  const query = {
    contract,
    branch: branch.value,
    introduced_since: since,
    sort: "introduced",
    descending: true,
    limit: MOST_NEW,
  };
  const answer = useAnswer(endpoints.openViolations(project, query));
  return (
    <Card
      title="What came in this week"
      actions={
        <Link to={violationsPath(project, { contract, introduced_since: since })} class="small">
          All of the week
        </Link>
      }
    >
      <div class="room rows-5">
        <Loaded answer={answer} lines={ROWS}>
          {(page) => (
            <List
              items={groupByCommit(page.items)}
              keyOf={(group) => group.commit}
              empty="Nothing came in during the last 7 days."
            >
              {(group) => (
                <div class="week">
                  <p>
                    <CommitName project={project} commit={group.commit} />{" "}
                    <span class="muted">
                      {formatTime(group.committed_at)} · {formatNumber(group.items.length)} came in
                    </span>
                  </p>
                  <ul class="imports">
                    {group.items.slice(0, 3).map((item) => (
                      <li key={keyOf(item)}>
                        <ImportName
                          project={project}
                          importer={item.importer}
                          imported={item.imported}
                        />
                        {item.times > 1 && <span class="tag worse">came back</span>}
                      </li>
                    ))}
                    {group.items.length > 3 && (
                      <li class="muted">and {formatNumber(group.items.length - 3)} more</li>
                    )}
                  </ul>
                </div>
              )}
            </List>
          )}
        </Loaded>
      </div>
    </Card>
  );
}

interface Commit {
  readonly commit: string;
  readonly committed_at: string;
  readonly items: OpenViolation[];
}

function groupByCommit(items: readonly OpenViolation[]): readonly Commit[] {
  const commits = new Map<string, Commit>();
  for (const item of items) {
    const { commit, committed_at } = item.introduced;
    const group = commits.get(commit) ?? { commit, committed_at, items: [] };
    group.items.push(item);
    commits.set(commit, group);
  }
  return [...commits.values()];
}

function keyOf(item: OpenViolation): string {
  return `${item.contract} ${item.importer} ${item.imported}`;
}

interface ListProperties<Item> {
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly empty: string;
  readonly children: (item: Item) => ComponentChildren;
}

function List<Item>({ items, keyOf, empty, children }: ListProperties<Item>) {
  if (items.length === 0) {
    return <p class="muted empty">{empty}</p>;
  }
  return (
    <ul class="rows">
      {items.slice(0, ROWS).map((item) => (
        <li key={keyOf(item)}>{children(item)}</li>
      ))}
    </ul>
  );
}
