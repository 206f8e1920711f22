/** A button that asks for confirmation, for actions that cannot be undone. */

import { useState } from "preact/hooks";

interface Properties {
  readonly name: string;
  readonly confirmation: string;
  /** Additional text for screen readers. */
  readonly about?: string;
  readonly disabled?: boolean;
  readonly onConfirm: () => void;
}

export function ConfirmButton({ name, confirmation, about, disabled = false, onConfirm }: Properties) {
  const [isAsked, setAsked] = useState(false);
  const more = about !== undefined && <span class="unseen"> {about}</span>;
  if (!isAsked) {
    return (
      <button type="button" disabled={disabled} onClick={() => setAsked(true)}>
        {name}
        {more}
      </button>
    );
  }
  return (
    <span class="card-actions">
      <button
        type="button"
        class="danger"
        ref={(button) => button?.focus()}
        onClick={() => {
          setAsked(false);
          onConfirm();
        }}
      >
        {confirmation}
        {more}
      </button>
      <button type="button" class="quiet" onClick={() => setAsked(false)}>
        No
      </button>
    </span>
  );
}
