/** The filters of the list of violations. */

import * as endpoints from "../api/endpoints";
import type { ContractNow, Group } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { SearchField, SelectField } from "../components/field";
import { Icon } from "../components/icon";
import { FIRST_PAGE } from "../components/pager";
import { SegmentedControl } from "../components/segmented-control";
import { setQuery } from "../router";
import { formatNumber } from "../text/format";
import { isShown, mineOf, rememberable, rememberMine } from "./mine";
import { CHIPS, FILTERS, type Filter, type ViolationQuery } from "./violation-query";

interface Properties {
  readonly project: string;
  readonly contracts: readonly ContractNow[];
  readonly query: ViolationQuery;
}

const STATES = [
  { id: "open", name: "Open" },
  { id: "fixed", name: "Fixed" },
] as const;

const SORTS = [
  { value: "introduced", name: "Oldest first" },
  { value: "introduced descending", name: "Newest first" },
  { value: "importer", name: "Importer" },
  { value: "imported", name: "Imported" },
  { value: "contract", name: "Contract" },
  { value: "times descending", name: "Came back most" },
];

function setFilters(
  values: Readonly<Partial<Record<Filter, string | null>>>,
  how: "push" | "replace" = "push",
): void {
  setQuery({ ...values, ...FIRST_PAGE }, how);
}

export function clearFilters(): void {
  setQuery({ ...Object.fromEntries(FILTERS.map((name) => [name, null])), ...FIRST_PAGE });
}

export function Filters({ project, contracts, query }: Properties) {
  const { filters, state, sort, descending } = query;
  const contract = filters.contract ?? "";
  const owners = new Set(contracts.flatMap((now) => now.contract.owner ?? []));
  return (
    <div class="filters">
      <SegmentedControl
        label="State"
        options={STATES}
        chosen={state}
        onChoose={(id) => setQuery({ state: id === "open" ? null : id, ...FIRST_PAGE })}
      />
      <MineToggle project={project} query={query} />
      <SearchField
        label="Search"
        class="grow"
        placeholder="Part of a module’s name"
        value={filters.search ?? ""}
        onSearch={(search, how) => setFilters({ search }, how)}
      />
      <SelectField
        label="Contract"
        value={contract}
        options={addAllOption(
          contract,
          contracts.map((now) => ({ value: now.contract.id, name: now.contract.name })),
        )}
        onChoose={(value) => setFilters({ contract: value })}
      />
      <SelectField
        label="Owner"
        value={filters.owner ?? ""}
        options={addAllOption(
          filters.owner,
          [...owners].sort().map((value) => ({ value, name: value })),
        )}
        onChoose={(owner) => setFilters({ owner })}
      />
      <GroupFilter project={project} query={query} by="package" label="Package" />
      <GroupFilter project={project} query={query} by="kind" label="Kind" />
      {state === "open" && (
        <SelectField
          label="Sort by"
          class="only-narrow"
          value={descending ? `${sort} descending` : sort}
          options={SORTS}
          onChoose={(value) => {
            const [by, down] = value.split(" ");
            setQuery({ sort: by, descending: down === undefined ? null : true, ...FIRST_PAGE });
          }}
        />
      )}
      <Chips project={project} query={query} />
    </div>
  );
}

interface GroupFilterProperties {
  readonly project: string;
  readonly query: ViolationQuery;
  readonly by: "package" | "kind";
  readonly label: string;
}

/** A filter whose options are the groups that exist, each with its number of violations. */
function GroupFilter({ project, query, by, label }: GroupFilterProperties) {
  const { contract, [by]: chosen } = query.filters;
  const open = query.state === "open";
  const answer = useAnswer(
    open ? endpoints.groups(project, { by, contract, branch: query.branch }) : null,
  );
  // Fixed violations are in no group, so there is nothing to choose from.
  if (!open && chosen === undefined) {
    return null;
  }
  const groups: readonly Group[] = answer.state === "failed" || !open ? [] : (answer.value?.items ?? []);
  const options = groups
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, violations }) => ({ value: name, name: `${name} (${formatNumber(violations)})` }));
  return (
    <SelectField
      label={label}
      value={chosen ?? ""}
      options={addAllOption(chosen, options)}
      onChoose={(value) => setFilters({ [by]: value })}
    />
  );
}

type Option = { readonly value: string; readonly name: string };

/** Return the options with "All" first; the chosen value stays an option even if it matches nothing. */
function addAllOption(chosen: string | undefined, options: readonly Option[]): readonly Option[] {
  const known = !chosen || options.some(({ value }) => value === chosen);
  return [{ value: "", name: "All" }, ...options, ...(known ? [] : [{ value: chosen, name: chosen }])];
}

/** The filters that links from other pages have set, each with a button that removes it. */
function Chips({ project, query: { filters } }: MineProperties) {
  const chips = FILTERS.flatMap((name) => {
    const [about, value] = [CHIPS[name], filters[name]];
    return about === undefined || value === undefined ? [] : [{ name, about, value }];
  });
  const isNarrowed = Object.keys(filters).length > 0;
  if (!isNarrowed) {
    return null;
  }
  return (
    <div class="chips">
      {chips.map(({ name, about, value }) => (
        <Chip key={name} about={about} value={value} onRemove={() => setFilters({ [name]: null })} />
      ))}
      <button type="button" class="quiet" onClick={clearFilters}>
        Clear all filters
      </button>
      <RememberMine project={project} filters={filters} />
    </div>
  );
}

interface ChipProperties {
  readonly about: string;
  readonly value: string;
  readonly onRemove: () => void;
}

function Chip({ about, value, onRemove }: ChipProperties) {
  return (
    <span class="chip">
      <span class="muted">{about}</span> <bdi>{value}</bdi>
      <button type="button" class="quiet" onClick={onRemove}>
        <Icon name="close" />
        <span class="unseen">
          No longer only {about} {value}
        </span>
      </button>
    </span>
  );
}

interface MineProperties {
  readonly project: string;
  readonly query: ViolationQuery;
}

/** Shows only what was remembered as mine, or all again. */
function MineToggle({ project, query: { filters } }: MineProperties) {
  const mine = mineOf(project);
  if (mine === null) {
    return null;
  }
  const isOn = isShown(mine, filters);
  const title = [mine.owner, mine.package].filter((one) => one !== null).join(", ");
  return (
    <button
      type="button"
      class="toggle"
      aria-pressed={isOn}
      title={title}
      onClick={() => setFilters(isOn ? { owner: null, package: null } : { ...mine })}
    >
      Mine
    </button>
  );
}

interface RememberProperties {
  readonly project: string;
  readonly filters: ViolationQuery["filters"];
}

function RememberMine({ project, filters }: RememberProperties) {
  const mine = mineOf(project);
  const chosen = rememberable(filters);
  if (chosen === null) {
    return null;
  }
  return mine !== null && isShown(mine, filters) ? (
    <button type="button" class="quiet" onClick={() => rememberMine(project, null)}>
      Forget that these are mine
    </button>
  ) : (
    <button type="button" class="quiet" onClick={() => rememberMine(project, chosen)}>
      Remember these as mine
    </button>
  );
}
