/** The commands that send the first snapshots to a project. */

import { PREFIX } from "../path-prefix";
import { CopyableText } from "./copy-button";

interface Step {
  readonly about: string;
  readonly command: string;
}

/** List the commands; without a project they name an example. */
export function Commands({ project }: { readonly project: string | null }) {
  const name = project ?? "my-project";
  const target = `--server ${window.location.origin}${PREFIX} --project ${name}`;
  const steps: readonly Step[] = [
    {
      about:
        "On the service's machine: a token that may upload. Keep what it prints in ARCHGUARD_TOKEN.",
      command: `archguard token create --project ${name} --scope upload`,
    },
    {
      about: "In the repository: the past, commit by commit.",
      command: `archguard backfill --upload ${target} --format text`,
    },
    {
      about: "In CI: every commit from now on.",
      command: `archguard check --upload ${target}`,
    },
  ];
  return (
    <ol class="commands">
      {steps.map((step) => (
        <li key={step.command}>
          <p>{step.about}</p>
          <CopyableText text={step.command} />
        </li>
      ))}
    </ol>
  );
}
