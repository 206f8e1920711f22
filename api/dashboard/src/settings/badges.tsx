/** Badges for a README: what each looks like, and the text that shows it. */

import { useState } from "preact/hooks";
import type { ProjectNow } from "../api/types";
import { Card } from "../components/card";
import { Snippet } from "../components/copy";
import { Choice } from "../components/field";
import { Segments } from "../components/segmented-control";
import { pathTo, queryString } from "../router";

const LANGUAGES = [
  { id: "markdown", name: "Markdown" },
  { id: "html", name: "HTML" },
  { id: "rest", name: "reST" },
  { id: "shields", name: "shields.io" },
] as const;

type Language = (typeof LANGUAGES)[number]["id"];

export function Badges({ found }: { readonly found: ProjectNow }) {
  const [contract, setContract] = useState("");
  const [language, setLanguage] = useState<Language>("markdown");
  const path = `/badge/${found.name}.svg${queryString({ contract })}`;
  return (
    <Card
      title="Badge"
      about={
        found.public
          ? "Anybody sees it."
          : "The project is not public: to everybody without a token, a README among them, the badge says “unknown”."
      }
    >
      <div class="inline-form">
        <Choice
          label="Counts"
          value={contract}
          options={[
            { value: "", name: "All contracts added up" },
            ...found.contracts.map(({ contract: one }) => ({ value: one.id, name: one.name })),
          ]}
          onChoose={setContract}
        />
        <p class="badge">
          <img src={path} alt="The badge as anybody sees it" height={20} />
        </p>
      </div>
      <Segments label="Language" options={LANGUAGES} chosen={language} onChoose={setLanguage} />
      <Snippet text={snippet(language, found.name, contract)} name="the badge" />
    </Card>
  );
}

/** What goes into the README. Addresses are percent-encoded: no character of them ends a string. */
export function snippet(language: Language, project: string, contract: string): string {
  const { origin } = window.location;
  const query = encoded(queryString({ contract }));
  const picture = `${origin}/badge/${project}.svg${query}`;
  const page = `${origin}${encoded(pathTo("project", { project }, { contract }))}`;
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

/** What URLSearchParams leaves alone, and Markdown does not. */
function encoded(text: string): string {
  return text.replace(/[()'*~!]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}
