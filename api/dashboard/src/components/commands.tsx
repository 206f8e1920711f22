/** What to type so that there is something to see: three commands, each to be copied. */

import { useState } from "preact/hooks";

interface Step {
  readonly about: string;
  readonly command: string;
}

/** The commands that fill a project; `project` null: somebody is still to name it. */
export function Commands({ project }: { readonly project: string | null }) {
  const name = project ?? "my-project";
  const target = `--server ${window.location.origin} --project ${name}`;
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
          <Command text={step.command} />
        </li>
      ))}
    </ol>
  );
}

function Command({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div class="command">
      <pre>
        <code>{text}</code>
      </pre>
      {window.isSecureContext && (
        <button type="button" class="quiet" onClick={copy} onBlur={() => setCopied(false)}>
          {copied ? "Copied" : "Copy"}
          <span class="unseen"> {text}</span>
        </button>
      )}
    </div>
  );
}
