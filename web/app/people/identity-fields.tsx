// Which paper was seen, and its number. The number is sent once and not kept: it knows the person again, nothing else.

import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { IdentityBody, IdentityDocument } from '../../contract/people.ts';
import { TextField } from '../kit/text-field.tsx';

const DOCUMENTS: readonly IdentityDocument[] = ['resident-id', 'passport', 'other'];

interface IdentityFieldsProps {
  readonly value: IdentityBody;
  readonly error?: string | undefined;
  readonly onChange: (value: IdentityBody) => void;
}

export function IdentityFields({ value, error, onChange }: IdentityFieldsProps) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <>
      <fieldset className="field">
        <legend className="lab">{t('identity.document')}</legend>
        <div className="row wrap">
          {DOCUMENTS.map((document) => (
            <label key={document} className={document === value.document ? 'chip check on' : 'chip check'}>
              <input
                type="radio"
                name={id}
                checked={document === value.document}
                onChange={() => onChange({ ...value, document })}
              />
              {t(`identity.${document}`)}
            </label>
          ))}
        </div>
      </fieldset>
      <TextField
        label={t('identity.number')}
        hint={t('identity.numberHint')}
        value={value.number}
        error={error}
        mono
        onChange={(number) => onChange({ ...value, number })}
      />
    </>
  );
}

/** What can be seen without asking: the server knows more. */
export function numberMissing({ document, number }: IdentityBody): boolean {
  const plain = number.replace(/\s/gu, '');
  return document === 'resident-id' ? !/^\d{17}[\dXx]$/.test(plain) : plain.length < 4;
}
