/** Links to the place that a project's source is browsed at. */

/** The address of a line of a file at a commit; null: the project does not say, or it is no web address. */
export type Forge = (path: string, line: number) => string | null;

export interface FileOf {
  readonly commit: string;
  /** Where in the repository paths begin; empty: at its top. */
  readonly folder: string;
}

/** What makes links after a project's template. */
export function forgeOf(template: string | undefined, { commit, folder }: FileOf): Forge {
  return (path, line) => {
    if (template === undefined) {
      return null;
    }
    const whole = [folder, path].filter(Boolean).join("/");
    const values: Readonly<Record<string, string>> = {
      "{commit}": encodeURIComponent(commit),
      "{path}": whole.split("/").map(encodeURIComponent).join("/"),
      "{line}": String(line),
    };
    return webAddress(template.replace(/\{(?:commit|path|line)\}/g, (name) => values[name] ?? name));
  };
}

/** The address if it is http or https; whatever else a browser would follow is none. */
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

/** Which forge a template is for, and where the repository is there; null: another one. */
export function readTemplate(template: string): { forge: ForgeName; repository: string } | null {
  for (const { id, file } of FORGES.toSorted((a, b) => b.file.length - a.file.length)) {
    if (template.endsWith(file)) {
      return { forge: id, repository: template.slice(0, -file.length) };
    }
  }
  return null;
}
