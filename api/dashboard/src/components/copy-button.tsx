/** Text with a button that copies it. */

import { useState } from "preact/hooks";

interface Properties {
  readonly text: string;
  /** The name of the text for screen readers; by default the text itself. */
  readonly name?: string;
  /** What the button says. */
  readonly label?: string;
}

/** The button; renders nothing where the browser does not allow access to the clipboard. */
export function CopyButton({ text, name, label = "Copy" }: Properties) {
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
      {copied ? "Copied" : label}
      <span class="unseen"> {name ?? text}</span>
    </button>
  );
}

/** Preformatted text with the button beside it. */
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
