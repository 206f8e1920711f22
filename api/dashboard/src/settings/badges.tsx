/** The project's badge, and the text that shows it in a README. */

import { useState } from "preact/hooks";
import type { ProjectNow } from "../api/types";
import { Card } from "../components/card";
import { CopyableText } from "../components/copy-button";
import { SelectField } from "../components/field";
import { SegmentedControl } from "../components/segmented-control";
import { PREFIX } from "../path-prefix";
import { pathTo, queryString } from "../router";
import { encodeForMarkdown } from "../text/markdown";

const LANGUAGES = [
  { id: "markdown", name: "Markdown" },
  { id: "html", name: "HTML" },
  { id: "rest", name: "reST" },
  { id: "shields", name: "shields.io" },
] as const;

type Language = (typeof LANGUAGES)[number]["id"];

export function Badges({ project }: { readonly project: ProjectNow }) {
  const [contract, setContract] = useState("");
  const [language, setLanguage] = useState<Language>("markdown");
  const path = `${PREFIX}/badge/${project.name}.svg${queryString({ contract })}`;
  return (
    <Card
      title="Badge"
      about={
        project.public
          ? "Anybody sees it."
          : "The project is not public: to everybody without a token, a README among them, the badge says “unknown”."
      }
    >
      <div class="inline-form">
        <SelectField
          label="Counts"
          value={contract}
          options={[
            { value: "", name: "All contracts added up" },
            ...project.contracts.map(({ contract: { id, name } }) => ({ value: id, name })),
          ]}
          onChoose={setContract}
        />
        <p class="badge">
          <img src={path} alt="The badge as anybody sees it" height={20} />
        </p>
      </div>
      <SegmentedControl label="Language" options={LANGUAGES} chosen={language} onChoose={setLanguage} />
      <CopyableText text={badgeSnippet(language, project.name, contract)} name="the badge" />
    </Card>
  );
}

/** Return the text for the README; addresses are percent-encoded, so that no character ends a string. */
export function badgeSnippet(language: Language, project: string, contract: string): string {
  const origin = window.location.origin + PREFIX;
  const query = encodeForMarkdown(queryString({ contract }));
  const picture = `${origin}/badge/${project}.svg${query}`;
  const page = `${origin}${encodeForMarkdown(pathTo("project", { project }, { contract }))}`;
  const about = `deprecated imports of ${project}`;
  switch (language) {
    case "markdown":
      return `[![${about}](${picture})](${page})`;
    case "html":
      return `<a href="${page}"><img src="${picture}" alt="${about}" height="20"></a>`;
    case "rest":
      return `.. image:: ${picture}\n   :target: ${page}\n   :alt: ${about}`;
    case "shields":
      return `https://img.shields.io/endpoint?url=${encodeURIComponent(`${origin}/badge/${project}.json${query}`)}`;
  }
}
