/** A minimal `window` for modules that read the address when they are loaded; all.ts loads it before them. */

type Listener = () => void;

const listeners: Listener[] = [];

function setAddress(address: string): void {
  const { pathname, search } = new URL(address, fakeWindow.location.origin);
  Object.assign(fakeWindow.location, { pathname, search });
}

export const fakeWindow = {
  location: { origin: "https://archguard.example.org", pathname: "/", search: "" },
  /** Each call, as in "push /p/shop". */
  navigations: [] as string[],
  history: {
    pushState(_state: unknown, _title: string, address: string): void {
      fakeWindow.navigations.push(`push ${address}`);
      setAddress(address);
    },
    replaceState(_state: unknown, _title: string, address: string): void {
      fakeWindow.navigations.push(`replace ${address}`);
      setAddress(address);
    },
  },
  addEventListener(_type: "popstate", listener: Listener): void {
    listeners.push(listener);
  },
  scrollTo(): void {},
};

Object.assign(globalThis, { window: fakeWindow });

/** Open an address as the browser's back button would. */
export function open(address: string): void {
  setAddress(address);
  fakeWindow.navigations.length = 0;
  for (const listener of listeners) {
    listener();
  }
}

/** Return the present address. */
export function address(): string {
  return fakeWindow.location.pathname + fakeWindow.location.search;
}
