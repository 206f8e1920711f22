/** Names of modules and commits as links to their pages. */

import { Fragment } from "preact";
import { pathTo } from "../router";
import { shortenCommit } from "../text/format";
import { Link } from "./link";

/** A text that may be broken after each dot and underscore, and within a word nowhere. */
export function BreakableName({ name }: { readonly name: string }) {
  // The index is the key: a name may have the same part twice.
  return (
    <>
      {name.split(/(?<=[._])/).map((part, index) => (
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </>
  );
}

/** Whether a violation is a class, `module:Name` of the module itself, and not an import of a module or symbol. */
export function namesClass(importer: string, imported: string): boolean {
  return imported.startsWith(`${importer}:`);
}

/** The module that a name is of, or that a class is in. */
function moduleOf(name: string): string {
  return name.split(":", 1)[0] ?? name;
}

/** A module's name, with its last part in bold; of a class in a module, that class. */
export function ModuleName({ project, module }: { readonly project: string; readonly module: string }) {
  // The index is the key: a name may have the same part twice.
  const parts = module.split(/(?<=[.:])/);
  return (
    <Link to={pathTo("module", { project, module: moduleOf(module) })} class="module">
      {parts.slice(0, -1).map((part, index) => (
        <Fragment key={index}>
          {part}
          <wbr />
        </Fragment>
      ))}
      <b>
        <BreakableName name={parts.at(-1) ?? ""} />
      </b>
    </Link>
  );
}

/** What a violation's importer must not import, or the class that must not be there. */
export function ImportedName({
  project,
  importer,
  imported,
}: {
  readonly project: string;
  readonly importer: string;
  readonly imported: string;
}) {
  return (
    <>
      {namesClass(importer, imported) && <span class="muted">defines </span>}
      <ModuleName project={project} module={imported} />
    </>
  );
}

/** The last part of a module's name; a screen reader and the tooltip say the whole name. */
export function ShortModuleName({
  project,
  module,
}: {
  readonly project: string;
  readonly module: string;
}) {
  return (
    <Link
      to={pathTo("module", { project, module: moduleOf(module) })}
      class="module"
      title={module}
      aria-label={module}
    >
      <b>
        <BreakableName name={module.split(/[.:]/).at(-1) ?? ""} />
      </b>
    </Link>
  );
}

/** An import that a contract forbids, or a class that must not be there. */
export function ImportName({
  project,
  importer,
  imported,
}: {
  readonly project: string;
  readonly importer: string;
  readonly imported: string;
}) {
  if (namesClass(importer, imported)) {
    return (
      <span class="import">
        <ModuleName project={project} module={imported} />
      </span>
    );
  }
  return (
    <span class="import">
      <ModuleName project={project} module={importer} />{" "}
      <span>
        <span class="arrow">imports</span> <ModuleName project={project} module={imported} />
      </span>
    </span>
  );
}

export function CommitName({ project, commit }: { readonly project: string; readonly commit: string }) {
  return (
    <Link to={pathTo("snapshot", { project, commit })} class="commit">
      {shortenCommit(commit)}
    </Link>
  );
}
