// One of a few, side by side: radio buttons that look like chips.

import { useId } from 'react';

interface ChoiceChipsProps<N extends string> {
  readonly label: string;
  readonly names: readonly N[];
  readonly value: N;
  readonly text: (name: N) => string;
  readonly hint?: string;
  readonly onChange: (name: N) => void;
}

export function ChoiceChips<N extends string>({ label, names, value, text, hint, onChange }: ChoiceChipsProps<N>) {
  const id = useId();
  return (
    <fieldset className="field" {...(hint === undefined ? {} : { 'aria-describedby': id })}>
      <legend className="lab">{label}</legend>
      <div className="row wrap">
        {names.map((name) => (
          <label key={name} className={name === value ? 'chip check on' : 'chip check'}>
            <input type="radio" name={id} checked={name === value} onChange={() => onChange(name)} />
            {text(name)}
          </label>
        ))}
      </div>
      {hint !== undefined && (
        <p className="hint" id={id}>
          {hint}
        </p>
      )}
    </fieldset>
  );
}
