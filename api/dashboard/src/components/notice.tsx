/** What is shown in place of content: loading, empty or failed. */

import type { ComponentChildren } from "preact";
import type { Problem } from "../api/client";
import type { Answer } from "../api/use-answer";
import { session } from "../session";
import { Icon, type IconName } from "./icon";
import { SignIn } from "./sign-in";

interface NoticeProperties {
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly icon?: IconName;
  /** Interrupts a screen reader. */
  readonly urgent?: boolean;
}

export function Notice({ title, children, icon = "empty", urgent = false }: NoticeProperties) {
  return (
    <section class="notice" role={urgent ? "alert" : undefined}>
      <Icon name={icon} />
      <h2>{title}</h2>
      <div class="notice-text">{children}</div>
    </section>
  );
}

/** Grey bars in place of text; `lines` reserves the room that it will take. */
export function Loading({ lines = 6 }: { readonly lines?: number }) {
  return (
    <div class="loading" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} class="bone" />
      ))}
    </div>
  );
}

const TITLES: Readonly<Record<number, string>> = {
  0: "The service does not answer",
  401: "Sign in to see this",
  403: "The token may not see this",
  404: "There is nothing here, or it is not yours to see",
  429: "Too many questions",
  503: "The service is busy",
};

/** Why a request failed, and what the user can do about it. */
export function Failure({ problem, retry }: { readonly problem: Problem; readonly retry?: () => void }) {
  const signedOut = problem.status === 401 && !session.value;
  return (
    <Notice title={TITLES[problem.status] ?? "That did not work"} icon="warning" urgent={!signedOut}>
      <p>
        {problem.status === 401 ? "It needs a token that holds, with the scope read." : problem.detail}
      </p>
      {problem.errors?.map((error) => (
        <p key={error.at}>
          <code>{error.at}</code>: {error.problem}
        </p>
      ))}
      {problem.status === 401 ? (
        <SignIn open />
      ) : (
        retry !== undefined && (
          <button type="button" onClick={retry}>
            Try again
          </button>
        )
      )}
    </Notice>
  );
}

interface LoadedProperties<T> {
  readonly answer: Answer<T>;
  readonly children: (value: T) => ComponentChildren;
  readonly lines?: number;
}

/** Render an answer once it is ready; while the next one loads, the previous one is dimmed. */
export function Loaded<T>({ answer, children, lines = 6 }: LoadedProperties<T>) {
  if (answer.state === "failed") {
    return <Failure problem={answer.problem} retry={answer.retry} />;
  }
  if (answer.value === null) {
    return <Loading lines={lines} />;
  }
  return (
    <div class={answer.state === "loading" ? "stale" : undefined} aria-busy={answer.state === "loading"}>
      {children(answer.value)}
    </div>
  );
}
