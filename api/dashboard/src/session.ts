/** The user's token, kept until the tab is closed and sent only to the API. */

import { signal } from "@preact/signals";

const KEY = "archguard-token";

export const token = signal(sessionStorage.getItem(KEY));

/** Sign in. */
export function signIn(text: string): void {
  sessionStorage.setItem(KEY, text);
  token.value = text;
}

/** Forget the token. */
export function signOut(): void {
  sessionStorage.removeItem(KEY);
  token.value = null;
}
