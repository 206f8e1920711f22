/**
 * The path below which a proxy serves the dashboard, such as `/archguard`; empty if there is none.
 * A built script knows it from its own address, `PREFIX/assets/NAME`.
 */
export const PREFIX = prefixOf(import.meta.url);

export function prefixOf(script: string): string {
  const path = new URL(script).pathname;
  return path.slice(0, Math.max(0, path.lastIndexOf("/assets/")));
}
