/** The branch that the project's pages show; it is in the address. */

import * as endpoints from "../api/endpoints";
import type { Branch } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { branch, navigate, pathname, queryString } from "../router";
import { SelectField } from "./field";

/** The API lists no more at once. */
const MAX_BRANCHES = 200;

export function BranchSelector({ project }: { readonly project: string }) {
  const projectAnswer = useAnswer(endpoints.project(project));
  const branches = useAnswer(endpoints.branches(project, { limit: MAX_BRANCHES }));
  const standard = projectAnswer.state === "failed" ? null : projectAnswer.value?.default_branch;
  const known = branches.state === "failed" ? [] : (branches.value?.items ?? []);
  const selected = branch.value ?? standard ?? null;
  if (selected === null) {
    return null;
  }
  return (
    <SelectField
      label="Branch"
      class="beside branch"
      value={selected}
      options={buildBranchOptions(known, selected, standard ?? null)}
      onChoose={(name) => showBranch(name === standard ? null : name)}
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
