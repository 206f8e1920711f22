/** A combobox that finds modules by a part of their name. */

import { useEffect, useId, useState } from "preact/hooks";
import * as endpoints from "../api/endpoints";
import type { Node } from "../api/types";
import { useAnswer } from "../api/use-answer";
import { formatNumber } from "../text/format";
import { RoleTag } from "./role";

interface Properties {
  readonly project: string;
  readonly label: string;
  /** The chosen module. */
  readonly value: string;
  readonly onChoose: (module: string) => void;
  readonly commit?: string | null;
  readonly placeholder?: string;
}

const PAUSE_MS = 120;
const MAX_RESULTS = 12;

export function ModuleSearch({
  project,
  label,
  value,
  onChoose,
  commit = null,
  placeholder = "Part of a module’s name",
}: Properties) {
  const id = useId();
  const [text, setText] = useState(value);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  useEffect(() => setText(value), [value]);
  const search = useDebounced(text.trim());
  const isSearching = isOpen && search !== "";
  const answer = useAnswer(
    isSearching ? endpoints.modules(project, { search, commit, limit: MAX_RESULTS }) : null,
  );
  const modules = answer.state === "failed" || answer.value === null ? null : answer.value;
  const items = isSearching ? (modules?.items ?? []) : [];

  const choose = (module: string) => {
    setText(module);
    setOpen(false);
    onChoose(module);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive((before) => (before + step + items.length) % Math.max(1, items.length));
    } else if (event.key === "Escape") {
      setOpen(false);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const chosen = items[active]?.module ?? text.trim();
      if (chosen !== "") {
        choose(chosen);
      }
    }
  };
  const isListed = items.length > 0;
  return (
    <div class="field module-search">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        placeholder={placeholder}
        aria-expanded={isListed}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isListed ? `${id}-${active}` : undefined}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setActive(0);
          setOpen(true);
        }}
        onKeyDown={press}
        onBlur={() => setOpen(false)}
      />
      <div id={`${id}-list`} role="listbox" aria-label={label} class="suggestions" hidden={!isListed}>
        {items.map((node, index) => (
          <Option
            key={node.module}
            id={`${id}-${index}`}
            node={node}
            isActive={index === active}
            onChoose={choose}
          />
        ))}
      </div>
      {isSearching && modules !== null && (
        <p class="unseen" role="status">
          {modules.total === 0
            ? "No module has this in its name"
            : `${formatNumber(modules.total)} found`}
        </p>
      )}
      {isSearching && answer.state === "ready" && items.length === 0 && (
        <p class="suggestions none">No module has this in its name.</p>
      )}
    </div>
  );
}

interface OptionProperties {
  readonly id: string;
  readonly node: Node;
  readonly isActive: boolean;
  readonly onChoose: (module: string) => void;
}

function Option({ id, node, isActive, onChoose }: OptionProperties) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the text field has the focus and handles the keys
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isActive}
      // Keep the focus in the text field, or the list closes before the click.
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => onChoose(node.module)}
    >
      <bdi>{node.module}</bdi>
      <RoleTag node={node} />
    </div>
  );
}

/** Return the text as it was when the user last paused. */
function useDebounced(text: string): string {
  const [debounced, setDebounced] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setDebounced(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return debounced;
}
