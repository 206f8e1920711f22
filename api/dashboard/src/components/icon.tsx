/** The icons; each stands beside text with the same meaning. */

const PATHS = {
  brand: "M3 5 8 8.5l3.5 4.5L16 14.5",
  sealed: "M4 10.5 8 14.5l8-9",
  shrinking: "M3 5l5 5 3-3 6 7m0-5v5h-5",
  stalled: "M3 10h14",
  growing: "M3 15l5-5 3 3 6-7m0 5V6h-5",
  "too-short": "M10 4v6l4 2",
  stale: "M10 4v6l4 2M3 17 17 3",
  retired: "M3 4h14v4H3zM4 8v9h12V8M8 11h4",
  warning: "M10 3 2.5 16.5h15zM10 8v4m0 2v.5",
  empty: "M3 6h14M3 10h14M3 14h8",
  external: "M8 4H4v12h12v-4M11 3h6v6m0-6-8 8",
  up: "M10 16V4m0 0L5 9m5-5 5 5",
  down: "M10 4v12m0 0 5-5m-5 5-5-5",
  left: "M12 4l-6 6 6 6",
  right: "M8 4l6 6-6 6",
  close: "M5 5l10 10M15 5 5 15",
  back: "M4 10a6 6 0 1 1 2 4.5M4 14v-4h4",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
