/** What the shapes mean; each is named on the picture, too. */

const SHAPES = [
  { name: "module", path: "M8 3a5 5 0 1 1-.01 0z" },
  { name: "deprecated", path: "M8 1l7 7-7 7-7-7z" },
  { name: "canonical", path: "M8 1l2 5h5l-4 3.5 1.5 5.5L8 11.5 3.500 15 5 9.500 1 6h5z" },
  { name: "ghost", path: "M8 2l6.500 12h-13z" },
  { name: "folded", path: "M1 4h14v8H1z" },
] as const;

export function Legend() {
  return (
    <ul class="legend" aria-label="Shapes">
      {SHAPES.map(({ name, path }) => (
        <li key={name}>
          <svg viewBox="0 0 16 16" class={`shape ${name}`} aria-hidden="true">
            <path d={path} />
          </svg>
          {name}
        </li>
      ))}
      <li>
        <svg viewBox="0 0 24 16" class="shape line" aria-hidden="true">
          <path d="M1 8h18m-5-4 6 4-6 4" />
        </svg>
        imports
      </li>
    </ul>
  );
}
