/** Text for Markdown, in which nothing that a repository names has a meaning. */

/** Every ASCII punctuation character may have a meaning, and may have a backslash before it. */
const PUNCTUATION = /[!-/:-@[-`{-~]/g;
const LINE_BREAKS = /[\r\n\u0085\u2028\u2029]+/g;

/** Return a text as Markdown of one line that shows it as it is. */
export function escapeMarkdown(text: string): string {
  return text.replace(LINE_BREAKS, " ").replace(PUNCTUATION, "\\$&");
}

/** Return a name as code, between more backticks than it has in a row. */
export function markdownCode(text: string): string {
  const line = text.replace(LINE_BREAKS, " ");
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const padding = /^[`\s]|[`\s]$/.test(line) ? " " : "";
  return line === "" ? "" : fence + padding + line + padding + fence;
}

/** Percent-encode the characters that `URLSearchParams` leaves but that have a meaning in Markdown. */
export function encodeForMarkdown(address: string): string {
  return address.replace(
    /[()'*~!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
