// A labelled field with its hint and its error beside it.

import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly children: ReactNode;
}

/** The control inside carries `id`, and `aria-describedby` of `describedBy(id, …)`. */
export function Field({ id, label, hint, error, children }: FieldProps) {
  return (
    <div className={error === undefined ? 'field' : 'field bad'}>
      <label htmlFor={id}>{label}</label>
      {children}
      <FieldError id={id} error={error} />
      {hint !== undefined && error === undefined && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

export function FieldError({ id, error }: { readonly id: string; readonly error: string | undefined }) {
  if (error === undefined) return null;
  return (
    <p className="err" id={`${id}-error`} role="alert">
      <Icon name="alert-triangle" /> {error}
    </p>
  );
}

export function describedBy(
  id: string,
  error: string | undefined,
): { 'aria-describedby': string; 'aria-invalid': boolean } {
  return {
    'aria-describedby': error === undefined ? `${id}-hint` : `${id}-error`,
    'aria-invalid': error !== undefined,
  };
}
