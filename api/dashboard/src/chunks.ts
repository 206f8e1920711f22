/**
 * Load the parts of the dashboard that a page needs. After an upgrade of the service the parts of the version
 * that is open are gone: the document is reloaded once, and gets the new version.
 */

import { signal } from "@preact/signals";

/** Why a part could not be loaded, once reloading does not help. */
export type ChunkFailure = "offline" | "outdated";

export const chunkFailure = signal<ChunkFailure | null>(null);

/** Holds the version for which the document was reloaded, so that it is reloaded once only. */
const RELOADED = "archguard-reloaded";

/** The address of this file; it contains a digest, so every version has its own. */
const VERSION = import.meta.url;

/**
 * Return the part that `load` imports. On failure reload the document, or set `chunkFailure`, and return
 * null.
 */
export async function loadChunk<Part>(load: () => Promise<Part>): Promise<Part | null> {
  try {
    return await load();
  } catch {
    await handleChunkFailure();
    return null;
  }
}

/** Reload the document if the service answers and this version was not reloaded yet; else say why not. */
export async function handleChunkFailure(): Promise<void> {
  if (!(await isServiceReachable())) {
    chunkFailure.value = "offline";
  } else if (sessionStorage.getItem(RELOADED) === VERSION) {
    chunkFailure.value = "outdated";
  } else {
    sessionStorage.setItem(RELOADED, VERSION);
    window.location.reload();
  }
}

/** Forget the failure: the page is drawn again, and loads its parts again. */
export function retryChunks(): void {
  chunkFailure.value = null;
}

/** Reload the document because the user asks for it. */
export function reloadDocument(): void {
  window.location.reload();
}

async function isServiceReachable(): Promise<boolean> {
  if (!navigator.onLine) {
    return false;
  }
  try {
    await fetch(window.location.href, { method: "HEAD", cache: "no-store" });
    return true;
  } catch {
    return false;
  }
}
