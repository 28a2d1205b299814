// The six digits of the authenticator. One real input lies over six drawn cells, so that pasting, password managers and
// the phone's keyboard work as in any field.

import { type Ref, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface CodeFieldProps {
  readonly value: string;
  readonly onChange: (digits: string) => void;
  /** Called once, when the sixth digit is in. */
  readonly onFull?: (digits: string) => void;
  readonly hint?: string | undefined;
  readonly busy?: boolean;
  readonly invalid?: boolean;
  readonly name?: string;
  readonly ref?: Ref<HTMLInputElement>;
}

const CELLS = [0, 1, 2, 3, 4, 5] as const;

export function CodeField({ value, onChange, onFull, hint, busy, invalid, name = 'code', ref }: CodeFieldProps) {
  const { t } = useTranslation();
  const id = useId();
  const [focused, setFocused] = useState(false);
  const typed = (text: string) => {
    const digits = text.replace(/\D/g, '').slice(0, 6);
    onChange(digits);
    if (digits.length === 6 && value.length < 6) onFull?.(digits);
  };
  return (
    <div className="field">
      <label htmlFor={id}>{t('code.label')}</label>
      <div className={`otp${invalid === true ? ' bad' : ''}`}>
        {CELLS.map((cell) => (
          <span key={cell} aria-hidden="true" className={focused && cell === Math.min(value.length, 5) ? 'cur' : ''}>
            {value[cell] ?? (focused && cell === value.length ? <i className="caret" /> : '')}
          </span>
        ))}
        <input
          id={id}
          ref={ref}
          name={name}
          value={value}
          onChange={(event) => typed(event.target.value)}
          onFocus={() => setFocused(true)}
          onBlur={() => setFocused(false)}
          // Not `disabled`: that would throw the focus away, and after a wrong code one types the next at once.
          readOnly={busy}
          inputMode="numeric"
          autoComplete="one-time-code"
          aria-invalid={invalid === true}
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          spellCheck={false}
        />
      </div>
      {hint !== undefined && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
