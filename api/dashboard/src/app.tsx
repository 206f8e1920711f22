/** The page at the address, in its frame; a page's code is loaded when it is opened first. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { chunkFailure, loadChunk } from "./chunks";
import { Frame } from "./components/frame";
import { Link } from "./components/link";
import { MissingPart } from "./components/missing-part";
import { Loading } from "./components/notice";
import { PageTitle } from "./components/page-title";
import { branch, type PageName, type ParametersOf, pathname, pathTo, route } from "./router";

type Pages = {
  readonly [Page in PageName]: () => Promise<{ default: ComponentType<ParametersOf<Page>> }>;
};

const PAGES: Pages = {
  projects: () => import("./pages/projects"),
  project: () => import("./pages/project"),
  violations: () => import("./pages/violations"),
  snapshots: () => import("./pages/snapshots"),
  snapshot: () => import("./pages/snapshot"),
  compare: () => import("./pages/compare"),
  pulls: () => import("./pages/pulls"),
  pull: () => import("./pages/pull"),
  plan: () => import("./pages/plan"),
  family: () => import("./pages/family"),
  explorer: () => import("./pages/explorer"),
  module: () => import("./pages/module"),
  settings: () => import("./pages/settings"),
  "project-settings": () => import("./pages/project-settings"),
};

type AnyPage = ComponentType<Readonly<Record<string, string>>>;

export function App() {
  const here = route.value;
  const Page = usePage(here?.page ?? null);
  return (
    <Frame place={here}>
      {here === null ? (
        <PageTitle
          title="There is no such page"
          about="The address does not name anything that the dashboard shows."
          actions={
            <Link class="button" to={pathTo("projects", {})}>
              All projects
            </Link>
          }
        />
      ) : chunkFailure.value !== null ? (
        <MissingPart why={chunkFailure.value} />
      ) : Page === null ? (
        <Loading />
      ) : (
        // Another branch is another page: what is shown meanwhile must not be mixed of both.
        <Page key={`${pathname.value} ${branch.value}`} {...here.parameters} />
      )}
    </Frame>
  );
}

function usePage(name: PageName | null): AnyPage | null {
  const [loaded, setLoaded] = useState<{ name: PageName; page: AnyPage } | null>(null);
  const isMissing = chunkFailure.value !== null;
  useEffect(() => {
    if (name !== null && !isMissing) {
      loadChunk<{ default: unknown }>(PAGES[name]).then(
        (module) => module !== null && setLoaded({ name, page: module.default as AnyPage }),
      );
    }
  }, [name, isMissing]);
  return loaded !== null && loaded.name === name ? loaded.page : null;
}
