/** A minimal `window` for modules that read the address when they are loaded; all.ts loads it before them. */

type Listener = (event: { readonly state: unknown }) => void;

const listeners = new Map<string, Listener[]>();

function setAddress(address: string): void {
  const { pathname, search } = new URL(address, fakeWindow.location.origin);
  Object.assign(fakeWindow.location, { pathname, search });
}

export const fakeWindow = {
  location: { origin: "https://archguard.example.org", pathname: "/", search: "" },
  /** Each call, as in "push /p/shop". */
  navigations: [] as string[],
  history: {
    state: null as unknown,
    scrollRestoration: "auto",
    pushState(state: unknown, _title: string, address: string): void {
      fakeWindow.navigations.push(`push ${address}`);
      fakeWindow.history.state = state;
      setAddress(address);
    },
    replaceState(state: unknown, _title: string, address?: string): void {
      fakeWindow.history.state = state;
      if (address !== undefined) {
        fakeWindow.navigations.push(`replace ${address}`);
        setAddress(address);
      }
    },
  },
  addEventListener(type: string, listener: Listener): void {
    listeners.set(type, [...(listeners.get(type) ?? []), listener]);
  },
  removeEventListener(type: string, listener: Listener): void {
    listeners.set(
      type,
      (listeners.get(type) ?? []).filter((other) => other !== listener),
    );
  },
  /** How high the page is; it can be scrolled no further. */
  pageHeight: 10_000,
  scrollY: 0,
  scrollTo(_left: number, top: number): void {
    fakeWindow.scrollY = Math.min(top, fakeWindow.pageHeight);
  },
};

/** The observers of the page's height, called when a test lets it grow. */
const observers = new Set<() => void>();

class FakeResizeObserver {
  constructor(private readonly callback: () => void) {}
  observe(): void {
    observers.add(this.callback);
  }
  disconnect(): void {
    observers.delete(this.callback);
  }
}

function fakeStorage() {
  const stored = new Map<string, string>();
  return {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  };
}

Object.assign(globalThis, {
  window: fakeWindow,
  document: { body: {} },
  ResizeObserver: FakeResizeObserver,
  sessionStorage: fakeStorage(),
  localStorage: fakeStorage(),
});

/** Let the page have this height, as when its content has loaded. */
export function growPage(height: number): void {
  fakeWindow.pageHeight = height;
  for (const observer of [...observers]) {
    observer();
  }
}

/** Call what listens to an event of the window. */
export function dispatch(type: string, state: unknown = null): void {
  for (const listener of [...(listeners.get(type) ?? [])]) {
    listener({ state });
  }
}

/** Open an address as the browser's back button would; `state` is that of the entry. */
export function open(address: string, state: unknown = null): void {
  setAddress(address);
  fakeWindow.navigations.length = 0;
  fakeWindow.history.state = state;
  dispatch("popstate", state);
}

/** Return the present address. */
export function address(): string {
  return fakeWindow.location.pathname + fakeWindow.location.search;
}
