// A one-line text field with everything around it.

import { useId } from 'react';
import { describedBy, Field } from './field.tsx';

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly mono?: boolean;
  readonly numeric?: boolean;
  readonly password?: boolean;
  /** More than one turns it into a text area. */
  readonly lines?: number;
}

export function TextField(props: TextFieldProps) {
  const { label, value, onChange, hint, error, mono = false, numeric = false, password = false, lines = 1 } = props;
  const id = useId();
  const shape = `input${mono ? ' mono' : ''}`;
  return (
    <Field id={id} label={label} error={error} {...(hint === undefined ? {} : { hint })}>
      {lines > 1 ? (
        <textarea
          id={id}
          className={`${shape} area`}
          rows={lines}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          spellCheck={false}
          {...describedBy(id, error)}
        />
      ) : (
        <input
          id={id}
          className={shape}
          type={password ? 'password' : 'text'}
          inputMode={numeric ? 'numeric' : 'text'}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          autoComplete={password ? 'new-password' : 'off'}
          spellCheck={false}
          {...describedBy(id, error)}
        />
      )}
    </Field>
  );
}
