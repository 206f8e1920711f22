/** Tokens: made, listed, revoked. A token's text is shown once: nobody keeps it. */

import { useState } from "preact/hooks";
import { question, tell } from "../api/client";
import * as questions from "../api/questions";
import type { NewToken, Token } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Card } from "../components/card";
import { Snippet } from "../components/copy";
import { Choice, Text } from "../components/field";
import { Loaded } from "../components/notice";
import { type Column, Table } from "../components/table";
import { ago, count, day, time } from "../text/format";
import { Confirmed } from "./confirm-button";
import { Said } from "./save-result";
import { useSaving } from "./use-save";

interface Properties {
  /** Null: those of every project that one administers. */
  readonly project: string | null;
  /** The id of the token that is signed in with. */
  readonly own: string;
}

export function Tokens({ project, own }: Properties) {
  const answer = useAnswer(questions.tokens({ project }));
  return (
    <Card
      title="Tokens"
      about="For CI: upload. For people who look: read. Whoever has an admin token may change what is on this page."
    >
      <Loaded answer={answer} lines={6}>
        {({ items }) => <List project={project} own={own} first={items} />}
      </Loaded>
    </Card>
  );
}

interface ListProperties extends Properties {
  readonly first: readonly Token[];
}

function List({ project, own, first }: ListProperties) {
  const [tokens, setTokens] = useState(first);
  const [all, setAll] = useState(false);
  const revoking = useSaving<null>();
  const living = tokens.filter(holds);
  const shown = (all ? tokens : living).toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1));
  const gone = tokens.length - living.length;
  const revoke = (token: Token) =>
    revoking.send(
      tell("DELETE", question<null>(["tokens", token.id])).then((result) => {
        if (result.ok) {
          const now = new Date().toISOString();
          setTokens((before) =>
            before.map((one) => (one.id === token.id ? { ...one, revoked_at: now } : one)),
          );
        }
        return result;
      }),
    );
  return (
    <div class="stack">
      <Make project={project} onMade={(token) => setTokens((before) => [...before, token])} />
      {shown.length > 0 && (
        <Table
          stacks
          caption="Tokens"
          columns={columnsOf(project, own, revoke)}
          rows={shown}
          keyOf={(token) => token.id}
        />
      )}
      <Said problem={revoking.problem} done={null} />
      {gone > 0 && (
        <button type="button" class="unfold" onClick={() => setAll(!all)}>
          {all ? "Show only those that hold" : `Show ${count(gone)} revoked or expired`}
        </button>
      )}
    </div>
  );
}

function holds(token: Token): boolean {
  const expired = token.expires_at !== null && Date.parse(token.expires_at) <= Date.now();
  return token.revoked_at === null && !expired;
}

function columnsOf(
  project: string | null,
  own: string,
  revoke: (token: Token) => void,
): readonly Column<Token>[] {
  const ofAll: readonly Column<Token>[] =
    project === null
      ? [
          {
            name: "Project",
            cell: (token) => token.project ?? <span class="muted">every project</span>,
          },
        ]
      : [];
  return [
    {
      name: "Token",
      cell: ({ id }) => (
        <>
          <code>agp_{id}_…</code>
          {id === own && <span class="tag">yours</span>}
        </>
      ),
    },
    ...ofAll,
    { name: "Scope", cell: ({ scope }) => scope },
    {
      name: "Made",
      cell: ({ created_at }) => <span title={time(created_at)}>{ago(created_at)}</span>,
    },
    { name: "Holds", cell: (token) => <Holds token={token} /> },
    {
      name: "Revoke",
      cell: (token) =>
        token.revoked_at === null && (
          <Confirmed
            name="Revoke"
            sure={token.id === own ? "Revoke your own" : "Revoke for good"}
            about={`token ${token.id}`}
            onConfirm={() => revoke(token)}
          />
        ),
    },
  ];
}

function Holds({ token }: { readonly token: Token }) {
  if (token.revoked_at !== null) {
    return <span class="muted">revoked {ago(token.revoked_at)}</span>;
  }
  if (token.expires_at === null) {
    return <>until it is revoked</>;
  }
  return holds(token) ? (
    <>until {day(token.expires_at)}</>
  ) : (
    <span class="muted">expired {ago(token.expires_at)}</span>
  );
}

const SCOPES = [
  { value: "upload", name: "upload: send snapshots" },
  { value: "read", name: "read: see what is there" },
  { value: "admin", name: "admin: both, and settings" },
];
const DURATIONS = [
  { value: "30", name: "30 days" },
  { value: "90", name: "90 days" },
  { value: "365", name: "a year" },
  { value: "", name: "until it is revoked" },
];

interface MakeProperties {
  readonly project: string | null;
  readonly onMade: (token: Token) => void;
}

function Make({ project, onMade }: MakeProperties) {
  const [scope, setScope] = useState("upload");
  const [days, setDays] = useState("365");
  const [name, setName] = useState("");
  const making = useSaving<NewToken>();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const wanted = {
      project: project ?? (name.trim() || null),
      scope,
      days: days === "" ? null : Number(days),
    };
    making.send(
      tell("POST", question<NewToken>(["tokens"]), wanted).then((result) => {
        if (result.ok) {
          const { token: _, ...known } = result.value;
          onMade(known);
        }
        return result;
      }),
    );
  };
  return (
    <>
      <form class="inline-form" onSubmit={submit}>
        {project === null && (
          <Text label="Project" value={name} placeholder="every project" onInput={setName} />
        )}
        <Choice label="Scope" value={scope} options={SCOPES} onChoose={setScope} />
        <Choice label="Holds for" value={days} options={DURATIONS} onChoose={setDays} />
        <button type="submit" class="primary" disabled={making.isBusy}>
          Make a token
        </button>
      </form>
      <Said problem={making.problem} done={null} />
      {making.done !== null && <Secret made={making.done} onDone={making.forget} />}
    </>
  );
}

function Secret({ made, onDone }: { readonly made: NewToken; readonly onDone: () => void }) {
  return (
    <section class="secret" aria-label="The new token" aria-live="polite">
      <p>
        <b>Copy it now: it is shown this once.</b> The service keeps only its digest.
      </p>
      <Snippet text={made.token} name="the token" />
      <button type="button" onClick={onDone}>
        I have it
      </button>
    </section>
  );
}
