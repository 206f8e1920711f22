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
  readonly onBlur?: () => void;
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

interface SearchProperties extends Omit<TextProperties, "onInput"> {
  /** Called when the user pauses; `replace` while one search is refined, so that Back leaves it at once. */
  readonly onSearch: (value: string, how: "push" | "replace") => void;
}

/** A search input. */
export function SearchField({ value, onSearch, ...rest }: SearchProperties) {
  const [text, setText] = useState(value);
  const lastSent = useRef(value);
  const isRefined = useRef(false);
  // The value changed from outside, by the back button or a removed filter.
  useEffect(() => {
    if (value !== lastSent.current) {
      lastSent.current = value;
      isRefined.current = false;
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (text !== lastSent.current) {
        lastSent.current = text;
        onSearch(text, isRefined.current && text !== "" ? "replace" : "push");
        isRefined.current = text !== "";
      }
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const endRefining = () => {
    isRefined.current = false;
  };
  return <TextField type="search" value={text} onInput={setText} onBlur={endRefining} {...rest} />;
}
