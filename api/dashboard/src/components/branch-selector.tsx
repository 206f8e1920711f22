/** The branch that the project's pages show; it is in the address. */

import * as endpoints from "../api/endpoints";
import type { Branch, ProjectNow } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { branch, navigate, pathname, queryString } from "../router";
import { SelectField } from "./field";

/** The API lists no more at once. */
const MAX_BRANCHES = 200;

interface Properties {
  readonly name: string;
  /** Null while it loads, and if the branch in the address is not known. */
  readonly project: ProjectNow | null;
}

export function BranchSelector({ name, project }: Properties) {
  const branches = useAnswer(endpoints.branches(name, { limit: MAX_BRANCHES }));
  const standard = project?.default_branch ?? null;
  const known = branches.state === "failed" ? [] : (branches.value?.items ?? []);
  const selected = branch.value ?? standard;
  if (selected === null) {
    return null;
  }
  return (
    <SelectField
      label="Branch"
      class="beside branch"
      value={selected}
      options={buildBranchOptions(known, selected, standard)}
      onChoose={(chosen) => showBranch(chosen === standard ? null : chosen)}
    />
  );
}

/** Show another branch: what was selected on the page belongs to the branch that is left. */
function showBranch(name: string | null): void {
  navigate(pathname.value + queryString({ branch: name }));
}

/** Return an option for each branch, the default one first; the selected one stays even if it is not known. */
export function buildBranchOptions(
  branches: readonly Pick<Branch, "name">[],
  selected: string,
  standard: string | null,
): readonly { readonly value: string; readonly name: string }[] {
  const names = branches.map(({ name }) => name).filter((name) => name !== standard);
  const all = [...(standard === null ? [] : [standard]), ...names];
  const options = all.map((name) => ({
    value: name,
    name: name === standard ? `${name} (default)` : name,
  }));
  return all.includes(selected)
    ? options
    : [...options, { value: selected, name: `${selected} (not known)` }];
}
