/** Create, list and revoke tokens. A token's text is shown once, because it is not stored. */

import { useState } from "preact/hooks";
import { endpoint, send } from "../api/client";
import * as endpoints from "../api/endpoints";
import type { NewToken, Revocation, Token } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Card } from "../components/card";
import { CopyableText } from "../components/copy-button";
import { SelectField, TextField } from "../components/field";
import { Loaded } from "../components/notice";
import { type Column, Table } from "../components/table";
import { DAY } from "../text/duration";
import { formatAge, formatDate, formatNumber, formatTime, pluralize } from "../text/format";
import { ConfirmButton } from "./confirm-button";
import { SaveResult } from "./save-result";
import { useSave } from "./use-save";

interface Properties {
  /** The project, or null for all projects that the user administers. */
  readonly project: string | null;
  /** The user's own token. */
  readonly own: Token;
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
  const revocation = useSave<Revocation>();
  const valid = tokens.filter(isValid);
  const shown = (showsAll ? tokens : valid).toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1));
  const invalidCount = tokens.length - valid.length;
  const revoke = (token: string, descendants: boolean) =>
    revocation.send(
      send("DELETE", endpoint<Revocation>(["tokens", token], { descendants })).then((result) => {
        if (result.ok) {
          const revoked = new Map(result.value.revoked.map((one) => [one.id, one]));
          setTokens((before) => before.map((token) => revoked.get(token.id) ?? token));
        }
        return result;
      }),
    );
  const parent = revocation.done?.revoked[0];
  return (
    <div class="stack">
      <NewTokenForm
        project={project}
        own={own}
        onCreated={(token) => setTokens((before) => [...before, token])}
      />
      {shown.length > 0 && (
        <Table
          stacks
          caption="Tokens"
          columns={columnsOf(project, own, tokens, (token) => revoke(token.id, false))}
          rows={shown}
          keyOf={(token) => token.id}
        />
      )}
      <SaveResult problem={revocation.problem} done={null} />
      {parent !== undefined && revocation.done !== null && revocation.done.descendants.length > 0 && (
        <Descendants
          tokens={revocation.done.descendants}
          onRevoke={() => revoke(parent.id, true)}
          onLeave={revocation.reset}
        />
      )}
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

interface DescendantsProperties {
  readonly tokens: readonly Token[];
  readonly onRevoke: () => void;
  readonly onLeave: () => void;
}

/** The tokens that a revoked one made, and that still hold: they can be revoked, too. */
function Descendants({ tokens, onRevoke, onLeave }: DescendantsProperties) {
  return (
    <section class="secret" aria-label="Tokens that it made" aria-live="polite">
      <p>
        <b>It made {pluralize(tokens.length, "token")} that still hold:</b>
      </p>
      <ul>
        {tokens.map((token) => (
          <li key={token.id}>
            <TokenName token={token} />, {token.scope}
          </li>
        ))}
      </ul>
      <span class="card-actions">
        <button type="button" class="danger" onClick={onRevoke}>
          Revoke them, too
        </button>
        <button type="button" onClick={onLeave}>
          Leave them
        </button>
      </span>
    </section>
  );
}

function TokenName({ token }: { readonly token: Token }) {
  return (
    <>
      {token.name !== null && <>{token.name} </>}
      <code>agp_{token.id}_…</code>
    </>
  );
}

/** Who made a token: the name of the token that did, or its id. */
function creatorOf(token: Token, tokens: readonly Token[]): string | null {
  if (token.creator === null) {
    return null;
  }
  return tokens.find(({ id }) => id === token.creator)?.name ?? `agp_${token.creator}_…`;
}

function columnsOf(
  project: string | null,
  own: Token,
  tokens: readonly Token[],
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
      cell: (token) => (
        <>
          <TokenName token={token} />
          {token.id === own.id && <span class="tag">yours</span>}
        </>
      ),
    },
    ...ofAll,
    { name: "Scope", cell: ({ scope }) => scope },
    {
      name: "Made",
      cell: (token) => {
        const creator = creatorOf(token, tokens);
        return (
          <span title={formatTime(token.created_at)}>
            {formatAge(token.created_at)}
            {creator !== null && <> by {creator}</>}
          </span>
        );
      },
    },
    {
      name: "Last used",
      cell: ({ last_used_at: at }) =>
        at === null ? (
          <span class="muted">not known</span>
        ) : (
          <span title={formatTime(at)}>{formatAge(at)}</span>
        ),
    },
    { name: "Holds", cell: (token) => <Validity token={token} /> },
    {
      name: "Revoke",
      cell: (token) =>
        token.revoked_at === null && (
          <ConfirmButton
            name="Revoke"
            confirmation={token.id === own.id ? "Revoke your own" : "Revoke for good"}
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
];
/** As long as the user's own token: the longest that there is. */
const LONGEST = "";

/** The durations that a token may have that is made with one's own. */
function durationsFor(own: Token): readonly { value: string; name: string }[] {
  if (own.expires_at === null) {
    return [...DURATIONS, { value: LONGEST, name: "until it is revoked" }];
  }
  const left = Date.parse(own.expires_at) - Date.now();
  return [
    ...DURATIONS.filter(({ value }) => Number(value) * DAY < left),
    { value: LONGEST, name: "as long as yours" },
  ];
}

interface NewTokenFormProperties {
  readonly project: string | null;
  readonly own: Token;
  readonly onCreated: (token: Token) => void;
}

function NewTokenForm({ project, own, onCreated }: NewTokenFormProperties) {
  const durations = durationsFor(own);
  const [scope, setScope] = useState("upload");
  const [days, setDays] = useState(durations.some(({ value }) => value === "365") ? "365" : LONGEST);
  const [projectName, setProjectName] = useState("");
  const [name, setName] = useState("");
  const creation = useSave<NewToken>();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const request = {
      project: project ?? (projectName.trim() || null),
      scope,
      name: name.trim() || null,
      ...(days === LONGEST ? {} : { days: Number(days) }),
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
          <TextField
            label="Project"
            value={projectName}
            placeholder="every project"
            onInput={setProjectName}
          />
        )}
        <TextField label="Name" value={name} placeholder="what it is for" onInput={setName} />
        <SelectField label="Scope" value={scope} options={SCOPES} onChoose={setScope} />
        <SelectField label="Holds for" value={days} options={durations} onChoose={setDays} />
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
