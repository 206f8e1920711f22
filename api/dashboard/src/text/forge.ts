/** Links to a project's source at its forge. */

/** Return the web address of a line of a file, or null if the project has no valid template. */
export type SourceLink = (path: string, line: number) => string | null;

export interface SourceVersion {
  readonly commit: string;
  /** The folder of the repository in which paths begin; empty for its root. */
  readonly folder: string;
}

/** Return the function that fills in a project's template. */
export function createSourceLink(
  template: string | null,
  { commit, folder }: SourceVersion,
): SourceLink {
  return (path, line) => {
    if (template === null) {
      return null;
    }
    const fullPath = [folder, path].filter(Boolean).join("/");
    const values: Readonly<Record<string, string>> = {
      "{commit}": encodeURIComponent(commit),
      "{path}": fullPath.split("/").map(encodeURIComponent).join("/"),
      "{line}": String(line),
    };
    return webAddress(template.replace(/\{(?:commit|path|line)\}/g, (name) => values[name] ?? name));
  };
}

/** Return the address if it is http or https, else null: no other scheme may become a link. */
export function webAddress(text: string): string | null {
  if (!URL.canParse(text)) {
    return null;
  }
  const { protocol, href } = new URL(text);
  return protocol === "https:" || protocol === "http:" ? href : null;
}

export const FORGES = [
  { id: "github", name: "GitHub", file: "/blob/{commit}/{path}#L{line}" },
  { id: "gitlab", name: "GitLab", file: "/-/blob/{commit}/{path}#L{line}" },
  { id: "bitbucket", name: "Bitbucket", file: "/src/{commit}/{path}#lines-{line}" },
  { id: "gitea", name: "Gitea", file: "/src/commit/{commit}/{path}#L{line}" },
] as const;

export type ForgeName = (typeof FORGES)[number]["id"];

/** Return the forge of a template and the address of the repository, or null for another forge. */
export function readTemplate(template: string): { forge: ForgeName; repository: string } | null {
  for (const { id, file } of FORGES.toSorted((a, b) => b.file.length - a.file.length)) {
    if (template.endsWith(file)) {
      return { forge: id, repository: template.slice(0, -file.length) };
    }
  }
  return null;
}
