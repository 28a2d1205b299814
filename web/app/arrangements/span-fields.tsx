// From when to when, on the clock of the centre.

import { useTranslation } from 'react-i18next';
import { describedBy, Field } from '../kit/field.tsx';

/** Wall times of the centre. */
export interface Span {
  readonly start: string;
  readonly end: string;
}

export const NO_SPAN: Span = { start: '', end: '' };

interface SpanFieldsProps {
  readonly id: string;
  readonly span: Span;
  readonly onChange: (span: Span) => void;
}

export function SpanFields({ id, span, onChange }: SpanFieldsProps) {
  const { t } = useTranslation();
  return (
    <div className="pair">
      {(['start', 'end'] as const).map((name) => (
        <Field key={name} id={`${id}-${name}`} label={t(`form.${name}`)}>
          <input
            id={`${id}-${name}`}
            className="input"
            type="datetime-local"
            value={span[name]}
            onChange={(event) => onChange({ ...span, [name]: event.target.value })}
            {...describedBy(`${id}-${name}`, undefined)}
          />
        </Field>
      ))}
    </div>
  );
}
