/** The result of saving: a problem or a confirmation. */

import type { ComponentChildren } from "preact";
import type { Problem } from "../api/client";
import { Icon } from "../components/icon";

interface Properties {
  readonly problem: Problem | null;
  /** The confirmation, or null if nothing was saved yet. */
  readonly done: ComponentChildren | null;
}

export function SaveResult({ problem, done }: Properties) {
  return (
    <div class="save-result" role="status">
      {problem !== null && (
        <p class="worse">
          <Icon name="warning" /> {problem.detail}
          {problem.errors?.map(({ at, problem: what }) => (
            <span key={at}>
              {" "}
              <code>{at}</code>: {what}.
            </span>
          ))}
        </p>
      )}
      {done !== null && (
        <p class="better">
          <Icon name="sealed" /> {done}
        </p>
      )}
    </div>
  );
}
