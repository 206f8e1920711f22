/** Create, list and revoke tokens. A token's text is shown once, because it is not stored. */

import { useState } from "preact/hooks";
import { endpoint, send } from "../api/client";
import * as endpoints from "../api/endpoints";
import type { NewToken, Token } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Card } from "../components/card";
import { CopyableText } from "../components/copy-button";
import { SelectField, TextField } from "../components/field";
import { Loaded } from "../components/notice";
import { type Column, Table } from "../components/table";
import { formatAge, formatDate, formatNumber, formatTime } from "../text/format";
import { ConfirmButton } from "./confirm-button";
import { SaveResult } from "./save-result";
import { useSave } from "./use-save";

interface Properties {
  /** The project, or null for all projects that the user administers. */
  readonly project: string | null;
  /** The id of the user's own token. */
  readonly own: string;
}

export function Tokens({ project, own }: Properties) {
  const answer = useAnswer(endpoints.tokens({ project }));
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
  const [showsAll, setShowsAll] = useState(false);
  const revocation = useSave<null>();
  const valid = tokens.filter(isValid);
  const shown = (showsAll ? tokens : valid).toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1));
  const invalidCount = tokens.length - valid.length;
  const revoke = (token: Token) =>
    revocation.send(
      send("DELETE", endpoint<null>(["tokens", token.id])).then((result) => {
        if (result.ok) {
          const now = new Date().toISOString();
          setTokens((before) =>
            before.map((other) => (other.id === token.id ? { ...other, revoked_at: now } : other)),
          );
        }
        return result;
      }),
    );
  return (
    <div class="stack">
      <NewTokenForm project={project} onCreated={(token) => setTokens((before) => [...before, token])} />
      {shown.length > 0 && (
        <Table
          stacks
          caption="Tokens"
          columns={columnsOf(project, own, revoke)}
          rows={shown}
          keyOf={(token) => token.id}
        />
      )}
      <SaveResult problem={revocation.problem} done={null} />
      {invalidCount > 0 && (
        <button type="button" class="unfold" onClick={() => setShowsAll(!showsAll)}>
          {showsAll
            ? "Show only those that hold"
            : `Show ${formatNumber(invalidCount)} revoked or expired`}
        </button>
      )}
    </div>
  );
}

function isValid(token: Token): boolean {
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
      cell: ({ created_at }) => <span title={formatTime(created_at)}>{formatAge(created_at)}</span>,
    },
    { name: "Holds", cell: (token) => <Validity token={token} /> },
    {
      name: "Revoke",
      cell: (token) =>
        token.revoked_at === null && (
          <ConfirmButton
            name="Revoke"
            confirmation={token.id === own ? "Revoke your own" : "Revoke for good"}
            about={`token ${token.id}`}
            onConfirm={() => revoke(token)}
          />
        ),
    },
  ];
}

function Validity({ token }: { readonly token: Token }) {
  if (token.revoked_at !== null) {
    return <span class="muted">revoked {formatAge(token.revoked_at)}</span>;
  }
  if (token.expires_at === null) {
    return <>until it is revoked</>;
  }
  return isValid(token) ? (
    <>until {formatDate(token.expires_at)}</>
  ) : (
    <span class="muted">expired {formatAge(token.expires_at)}</span>
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

interface NewTokenFormProperties {
  readonly project: string | null;
  readonly onCreated: (token: Token) => void;
}

function NewTokenForm({ project, onCreated }: NewTokenFormProperties) {
  const [scope, setScope] = useState("upload");
  const [days, setDays] = useState("365");
  const [name, setName] = useState("");
  const creation = useSave<NewToken>();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const request = {
      project: project ?? (name.trim() || null),
      scope,
      days: days === "" ? null : Number(days),
    };
    creation.send(
      send("POST", endpoint<NewToken>(["tokens"]), request).then((result) => {
        if (result.ok) {
          const { token: _, ...known } = result.value;
          onCreated(known);
        }
        return result;
      }),
    );
  };
  return (
    <>
      <form class="inline-form" onSubmit={submit}>
        {project === null && (
          <TextField label="Project" value={name} placeholder="every project" onInput={setName} />
        )}
        <SelectField label="Scope" value={scope} options={SCOPES} onChoose={setScope} />
        <SelectField label="Holds for" value={days} options={DURATIONS} onChoose={setDays} />
        <button type="submit" class="primary" disabled={creation.isBusy}>
          Make a token
        </button>
      </form>
      <SaveResult problem={creation.problem} done={null} />
      {creation.done !== null && <NewTokenText token={creation.done} onDone={creation.reset} />}
    </>
  );
}

function NewTokenText({ token, onDone }: { readonly token: NewToken; readonly onDone: () => void }) {
  return (
    <section class="secret" aria-label="The new token" aria-live="polite">
      <p>
        <b>Copy it now: it is shown this once.</b> The service keeps only its digest.
      </p>
      <CopyableText text={token.token} name="the token" />
      <button type="button" onClick={onDone}>
        I have it
      </button>
    </section>
  );
}
