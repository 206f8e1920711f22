/** Who is told of what: the rules, a form for a new one, and the log of what was sent. */

import { useState } from "preact/hooks";
import { endpoint, get, send } from "../api/client";
import * as endpoints from "../api/endpoints";
import type { NewNotificationRule, NotificationDelivery, NotificationRule, Page } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { Card } from "../components/card";
import { CopyableText } from "../components/copy-button";
import { SelectField, TextField } from "../components/field";
import { Loaded } from "../components/notice";
import { type Column, Table } from "../components/table";
import { formatAge, formatTime } from "../text/format";
import { ConfirmButton } from "./confirm-button";
import { SaveResult } from "./save-result";
import { useSave } from "./use-save";

type Channel = NotificationRule["channel"];
type NotificationEvent = NotificationRule["events"][number];

const LIMIT = 10;
const CHANNELS: readonly { value: Channel; name: string }[] = [
  { value: "webhook", name: "webhook, signed" },
  { value: "slack", name: "Slack" },
  { value: "teams", name: "Teams" },
  { value: "mail", name: "mail" },
];
const EVENTS: readonly { value: NotificationEvent; name: string }[] = [
  { value: "came-back", name: "a violation came back" },
  { value: "sealed", name: "a contract is sealed" },
  { value: "growing", name: "a contract is growing" },
  { value: "stalled", name: "a contract is stalled" },
  { value: "deadline-at-risk", name: "a deadline is at risk" },
  { value: "pull-request-adds", name: "a pull request adds violations" },
  { value: "no-upload", name: "nothing was uploaded for days" },
  { value: "weekly-digest", name: "a digest each Monday" },
];

interface Properties {
  readonly project: string;
}

export function Notifications({ project }: Properties) {
  const answer = useAnswer(endpoints.notificationRules(project));
  return (
    <Card title="Notifications" about="Who is told of what. Each change is told once, from now on.">
      <Loaded answer={answer} lines={6}>
        {({ items }) => <Rules project={project} first={items} />}
      </Loaded>
    </Card>
  );
}

interface RulesProperties extends Properties {
  readonly first: readonly NotificationRule[];
}

function Rules({ project, first }: RulesProperties) {
  const [rules, setRules] = useState(first);
  const [sent, setSent] = useState(0);
  const change = useSave<unknown>();
  const path = (rule: NotificationRule, ...rest: string[]) => [
    "projects",
    project,
    "notifications",
    rule.id,
    ...rest,
  ];
  const remove = (rule: NotificationRule) =>
    change.send(
      send("DELETE", endpoint<null>(path(rule))).then((result) => {
        if (result.ok) {
          setRules((before) => before.filter(({ id }) => id !== rule.id));
          setSent((number) => number + 1);
        }
        return result;
      }),
    );
  const enable = (rule: NotificationRule) =>
    change.send(
      send("PATCH", endpoint<NotificationRule>(path(rule)), { enabled: !rule.enabled }).then(
        (result) => {
          if (result.ok) {
            setRules((before) => before.map((one) => (one.id === rule.id ? result.value : one)));
          }
          return result;
        },
      ),
    );
  const sendTest = (rule: NotificationRule) =>
    change.send(
      send("POST", endpoint<NotificationDelivery>(path(rule, "test"))).then((result) => {
        setSent((number) => number + 1);
        return result;
      }),
    );
  return (
    <div class="stack">
      <NewRuleForm project={project} onCreated={(rule) => setRules((before) => [...before, rule])} />
      {rules.length > 0 && (
        <Table
          stacks
          caption="Who is told"
          columns={columnsOf(sendTest, enable, remove)}
          rows={rules}
          keyOf={({ id }) => id}
        />
      )}
      <SaveResult problem={change.problem} done={null} />
      {rules.length > 0 && <Deliveries project={project} rules={rules} key={sent} />}
    </div>
  );
}

function columnsOf(
  sendTest: (rule: NotificationRule) => void,
  enable: (rule: NotificationRule) => void,
  remove: (rule: NotificationRule) => void,
): readonly Column<NotificationRule>[] {
  return [
    {
      name: "Who",
      cell: (rule) => (
        <>
          {rule.name !== null && <>{rule.name} </>}
          <code>{rule.target}</code>
          {!rule.enabled && <span class="tag">off</span>}
        </>
      ),
    },
    { name: "How", cell: ({ channel }) => channel },
    {
      name: "Of what",
      cell: ({ events, owner }) => (
        <>
          {events.map((event) => event.replaceAll("-", " ")).join(", ")}
          {owner !== null && <> of {owner}</>}
        </>
      ),
    },
    {
      name: "Change",
      cell: (rule) => (
        <span class="card-actions">
          {rule.enabled && (
            <button type="button" onClick={() => sendTest(rule)}>
              Send a test<span class="unseen"> to {nameOf(rule)}</span>
            </button>
          )}
          <button type="button" onClick={() => enable(rule)}>
            {rule.enabled ? "Turn off" : "Turn on"}
            <span class="unseen"> {nameOf(rule)}</span>
          </button>
          <ConfirmButton
            name="Delete"
            confirmation="Delete it and its log"
            about={nameOf(rule)}
            onConfirm={() => remove(rule)}
          />
        </span>
      ),
    },
  ];
}

function nameOf(rule: NotificationRule): string {
  return rule.name ?? `rule ${rule.id}`;
}

interface NewRuleProperties extends Properties {
  readonly onCreated: (rule: NotificationRule) => void;
}

function NewRuleForm({ project, onCreated }: NewRuleProperties) {
  const [channel, setChannel] = useState<string>("webhook");
  const [target, setTarget] = useState("");
  const [name, setName] = useState("");
  const [owner, setOwner] = useState("");
  const [days, setDays] = useState("7");
  const [events, setEvents] = useState<ReadonlySet<NotificationEvent>>(
    new Set<NotificationEvent>(["came-back", "sealed", "deadline-at-risk"]),
  );
  const creation = useSave<NewNotificationRule>();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const request = {
      channel,
      target: target.trim(),
      events: [...events],
      name: name.trim() || null,
      owner: owner.trim() || null,
      ...(/^\d{1,3}$/.test(days.trim()) ? { silent_days: Number(days) } : {}),
    };
    const path = endpoint<NewNotificationRule>(["projects", project, "notifications"]);
    creation.send(
      send("POST", path, request).then((result) => {
        if (result.ok) {
          const { secret: _, ...known } = result.value;
          onCreated(known);
          setTarget("");
        }
        return result;
      }),
    );
  };
  const toggle = (event: NotificationEvent) => {
    const changed = new Set(events);
    if (!changed.delete(event)) {
      changed.add(event);
    }
    setEvents(changed);
  };
  return (
    <>
      <form class="stack" onSubmit={submit}>
        <div class="inline-form">
          <SelectField label="How" value={channel} options={CHANNELS} onChoose={setChannel} />
          <TextField
            label={channel === "mail" ? "Mail address" : "Address"}
            value={target}
            placeholder={channel === "mail" ? "team@example.org" : "https://…"}
            onInput={setTarget}
          />
          <TextField
            label="For people"
            value={name}
            placeholder="the team's channel"
            onInput={setName}
          />
          <TextField label="Owner" value={owner} placeholder="all contracts" onInput={setOwner} />
          <TextField label="Days without an upload" inputMode="numeric" value={days} onInput={setDays} />
        </div>
        <fieldset class="choices">
          <legend>Tell them when</legend>
          {EVENTS.map(({ value, name: label }) => (
            <label key={value}>
              <input type="checkbox" checked={events.has(value)} onChange={() => toggle(value)} />{" "}
              {label}
            </label>
          ))}
        </fieldset>
        <button
          type="submit"
          class="primary"
          disabled={creation.isBusy || events.size === 0 || target.trim() === ""}
        >
          Tell them
        </button>
      </form>
      <SaveResult
        problem={creation.problem}
        done={
          creation.done !== null && creation.done.secret === null ? "They are told from now on." : null
        }
      />
      {creation.done?.secret && <NewSecret secret={creation.done.secret} onDone={creation.reset} />}
    </>
  );
}

function NewSecret({ secret, onDone }: { readonly secret: string; readonly onDone: () => void }) {
  return (
    <section class="secret" aria-label="The webhook's secret" aria-live="polite">
      <p>
        <b>Copy it now: it is shown this once.</b> With it the receiver checks that the service sent a
        message.
      </p>
      <CopyableText text={secret} name="the secret" />
      <button type="button" onClick={onDone}>
        I have it
      </button>
    </section>
  );
}

interface DeliveriesProperties extends Properties {
  readonly rules: readonly NotificationRule[];
}

function Deliveries({ project, rules }: DeliveriesProperties) {
  const answer = useAnswer(endpoints.deliveries(project, { limit: LIMIT }));
  return (
    <Loaded answer={answer} lines={3}>
      {(first) => <DeliveryLog project={project} rules={rules} first={first} />}
    </Loaded>
  );
}

interface LogProperties extends DeliveriesProperties {
  readonly first: Page<NotificationDelivery>;
}

function DeliveryLog({ project, rules, first }: LogProperties) {
  const [page, setPage] = useState(first);
  const reading = useSave<Page<NotificationDelivery>>();
  const read = (after: string | null) =>
    reading.send(
      get(endpoints.deliveries(project, { limit: LIMIT, after })).then((result) => {
        if (result.ok) {
          const before = after === null ? [] : page.items;
          setPage({ items: [...before, ...result.value.items], next: result.value.next });
        }
        return result;
      }),
    );
  return (
    <div class="stack">
      {page.items.length === 0 ? (
        <p class="muted">Nothing was sent yet.</p>
      ) : (
        <Table
          stacks
          caption="What was sent"
          columns={deliveryColumns(new Map(rules.map((rule) => [rule.id, nameOf(rule)])))}
          rows={page.items}
          keyOf={({ id }) => id}
        />
      )}
      <SaveResult problem={reading.problem} done={null} />
      <span class="card-actions">
        <button type="button" disabled={reading.isBusy} onClick={() => read(null)}>
          Look again
        </button>
        {page.next !== null && (
          <button type="button" disabled={reading.isBusy} onClick={() => read(page.next)}>
            Show older deliveries
          </button>
        )}
      </span>
    </div>
  );
}

function deliveryColumns(names: ReadonlyMap<string, string>): readonly Column<NotificationDelivery>[] {
  return [
    {
      name: "When",
      cell: ({ created_at: at }) => <span title={formatTime(at)}>{formatAge(at)}</span>,
    },
    { name: "What", cell: ({ title }) => title },
    { name: "To", cell: ({ rule }) => names.get(rule) ?? rule },
    { name: "State", cell: (delivery) => <DeliveryState delivery={delivery} /> },
  ];
}

function DeliveryState({ delivery }: { readonly delivery: NotificationDelivery }) {
  const { state, attempts, last_error: error, next_attempt_at: next } = delivery;
  if (state === "delivered") {
    return <>delivered</>;
  }
  if (state === "failed") {
    return <span class="worse">failed: {error}</span>;
  }
  if (attempts === 0 || next === null) {
    return <span class="muted">to be sent</span>;
  }
  return (
    <>
      {error}; <span class="muted">again at {formatTime(next)}</span>
    </>
  );
}
