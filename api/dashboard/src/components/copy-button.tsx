/** A text to be copied. */

import { useState } from "preact/hooks";

interface Properties {
  readonly text: string;
  /** What a screen reader says is copied; without it, the text. */
  readonly name?: string;
}

/** Nothing where the browser does not let a page write the clipboard. */
export function CopyButton({ text, name }: Properties) {
  const [copied, setCopied] = useState(false);
  if (!window.isSecureContext) {
    return null;
  }
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <button type="button" class="quiet" onClick={copy} onBlur={() => setCopied(false)}>
      {copied ? "Copied" : "Copy"}
      <span class="unseen"> {name ?? text}</span>
    </button>
  );
}

/** A text on a line of its own, with the button beside it. */
export function CopyableText({ text, name }: Properties) {
  return (
    <div class="command">
      <pre>
        <code>{text}</code>
      </pre>
      {name === undefined ? <CopyButton text={text} /> : <CopyButton text={text} name={name} />}
    </div>
  );
}
