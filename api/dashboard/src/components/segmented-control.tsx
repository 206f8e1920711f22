/** A choice of a few options, all visible. */

interface Properties<Id extends string> {
  readonly label: string;
  readonly options: readonly { readonly id: Id; readonly name: string }[];
  readonly chosen: Id | null;
  readonly onChoose: (id: Id) => void;
}

export function SegmentedControl<Id extends string>({
  label,
  options,
  chosen,
  onChoose,
}: Properties<Id>) {
  return (
    <fieldset class="segments">
      <legend class="unseen">{label}</legend>
      {options.map((option) => (
        <button
          key={option.id}
          type="button"
          aria-pressed={option.id === chosen}
          onClick={() => onChoose(option.id)}
        >
          {option.name}
        </button>
      ))}
    </fieldset>
  );
}
