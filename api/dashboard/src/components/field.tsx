/** Form fields with labels. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

interface ChoiceProperties {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly name: string }[];
  readonly onChoose: (value: string) => void;
  readonly class?: string;
}

/** A select box. */
export function SelectField({ label, value, options, onChoose, class: name }: ChoiceProperties) {
  const id = useId();
  return (
    <div class={name === undefined ? "field" : `field ${name}`}>
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.name}
          </option>
        ))}
      </select>
    </div>
  );
}

interface TextProperties {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly hint?: ComponentChildren;
  readonly placeholder?: string;
  readonly type?: "text" | "search";
  readonly class?: string;
  readonly inputMode?: "url" | "numeric";
}

/** A text input. */
export function TextField({
  label,
  value,
  onInput,
  hint,
  class: name,
  type = "text",
  ...rest
}: TextProperties) {
  const id = useId();
  return (
    <div class={name === undefined ? "field" : `field ${name}`}>
      <label for={id}>{label}</label>
      <input
        id={id}
        type={type as "text"} // Preact's types accept each alone, but not the union
        autocomplete="off"
        spellcheck={false}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        {...rest}
      />
      {hint !== undefined && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
    </div>
  );
}

const PAUSE_MS = 250;

/** A search input that calls `onInput` when the user pauses. */
export function SearchField({ value, onInput, ...rest }: TextProperties) {
  const [text, setText] = useState(value);
  const lastSent = useRef(value);
  // The value changed from outside, by the back button or a removed filter.
  useEffect(() => {
    if (value !== lastSent.current) {
      lastSent.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (text !== lastSent.current) {
        lastSent.current = text;
        onInput(text);
      }
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return <TextField type="search" value={text} onInput={setText} {...rest} />;
}
