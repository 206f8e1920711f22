/**
 * Who is signed in. The browser has a cookie for it that no script can read, the same in every tab, so the
 * service is asked whose it is.
 */

import { signal } from "@preact/signals";
import { get, type Result, refusals, send } from "./api/client";
import * as endpoints from "./api/endpoints";
import type { Session } from "./api/types";

/** Kept while somebody is signed in, so that the end of a session can be told from there having been none. */
const KEY = "archguard-signed-in";

/** Null: nobody is signed in; undefined: not known yet. */
export const session = signal<Session | null | undefined>(undefined);

/** Whether the session has ended by itself: its token was revoked, or expired. */
export const hasEnded = signal(false);

/** Counts the changes of who asks: what was answered before is another one's. */
export const visits = signal(0);

/** Ask who is signed in, now and whenever that may have changed. */
export function followSession(): void {
  refreshSession();
  window.addEventListener("storage", (event) => {
    if (event.key === KEY) {
      refreshSession(); // another tab signed in or out
    }
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") {
      refreshSession();
    }
  });
  refusals.subscribe((count) => {
    if (count > 0 && session.peek() !== null) {
      refreshSession();
    }
  });
}

/** Exchange a token for the cookie. */
export async function signIn(token: string): Promise<Result<Session>> {
  const result = await send("POST", endpoints.session(), undefined, token);
  if (result.ok) {
    localStorage.setItem(KEY, "yes");
    changeSession(result.value);
    visits.value += 1;
  }
  return result;
}

/** End the session, in every tab. */
export async function signOut(): Promise<Result<Session>> {
  const result = await send("DELETE", endpoints.session());
  if (result.ok) {
    localStorage.removeItem(KEY);
    changeSession(null);
    visits.value += 1;
  }
  return result;
}

/** Do not say any more that the session has ended. */
export function forgetSession(): void {
  localStorage.removeItem(KEY);
  hasEnded.value = false;
}

async function refreshSession(): Promise<void> {
  const before = session.peek();
  const result = await get(endpoints.session());
  if (session.peek() !== before) {
    return; // somebody signed in or out meanwhile
  }
  if (!result.ok) {
    session.value = before ?? null; // a service that does not answer says nothing else either
    return;
  }
  const now: Session | null = result.value;
  if (now !== null) {
    localStorage.setItem(KEY, "yes");
  }
  changeSession(now);
  if (before !== undefined && before?.token !== now?.token) {
    visits.value += 1;
  }
}

function changeSession(next: Session | null): void {
  session.value = next;
  hasEnded.value = next === null && localStorage.getItem(KEY) !== null;
}
