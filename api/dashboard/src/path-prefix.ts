/**
 * The path below which a proxy serves the dashboard, such as `/archguard`; empty if there is none.
 * A built script knows it from its own address, `PREFIX/assets/NAME`.
 */
export const PREFIX = prefixOf(import.meta.url);

/** Return what stands before the assets in a script's address; empty for a script that no server sent. */
export function prefixOf(script: string): string {
  const { pathname: path, protocol } = new URL(script);
  if (protocol === "file:") {
    return "";
  }
  return path.slice(0, Math.max(0, path.lastIndexOf("/assets/")));
}
