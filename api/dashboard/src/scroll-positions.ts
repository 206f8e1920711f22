/**
 * Keep the scroll position of each entry of the browser's history. The browser would restore it itself, but
 * before the page has its content.
 */

/** Holds the positions while another document is shown, or this one is reloaded. */
const STORED = "archguard-scroll";
/** A page that has not grown high enough by then never will. */
const PATIENCE_MS = 10_000;
/** What shows that the user has begun to scroll. */
const TAKEOVERS = ["wheel", "touchstart", "keydown", "pointerdown"] as const;

type Entry = Readonly<{ key: string }>;

const positions = new Map<string, number>(readStored());
let current = readKey(window.history.state) ?? newKey();
let stop: () => void = () => undefined;

/** Take over from the browser, and restore the position of a document that is reloaded. */
export function keepScrollPositions(): void {
  window.history.scrollRestoration = "manual";
  window.history.replaceState({ key: current } satisfies Entry, "");
  window.addEventListener("pagehide", () => {
    positions.set(current, window.scrollY);
    sessionStorage.setItem(STORED, JSON.stringify([...positions]));
  });
  restore();
}

/** Return the state of a new entry, after the position of the entry that is left was kept. */
export function enterNewEntry(): Entry {
  positions.set(current, window.scrollY);
  stop();
  current = newKey();
  return { key: current };
}

/** Return the state of the present entry, to be given with its new address. */
export function currentEntry(): Entry {
  return { key: current };
}

/** Keep the position of the entry that is left, and restore that of the entry with this state. */
export function returnToEntry(state: unknown): void {
  positions.set(current, window.scrollY);
  current = readKey(state) ?? newKey();
  restore();
}

/** Scroll once the page is high enough, unless the user scrolls before. */
function restore(): void {
  stop();
  const top = positions.get(current) ?? 0;
  const isDone = () => {
    window.scrollTo(0, top);
    return Math.abs(window.scrollY - top) < 1;
  };
  if (isDone()) {
    return;
  }
  const observer = new ResizeObserver(() => isDone() && stop());
  const timer = setTimeout(() => stop(), PATIENCE_MS);
  stop = () => {
    observer.disconnect();
    clearTimeout(timer);
    for (const takeover of TAKEOVERS) {
      window.removeEventListener(takeover, stop);
    }
  };
  for (const takeover of TAKEOVERS) {
    window.addEventListener(takeover, stop, { passive: true });
  }
  observer.observe(document.body);
}

function newKey(): string {
  return Math.random().toString(36).slice(2);
}

function readKey(state: unknown): string | null {
  const key = (state as Partial<Entry> | null)?.key;
  return typeof key === "string" ? key : null;
}

function readStored(): [string, number][] {
  return JSON.parse(sessionStorage.getItem(STORED) ?? "[]");
}
