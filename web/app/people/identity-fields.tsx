// Which paper was seen, and its number. The number is sent once and not kept: it knows the person again, nothing else.

import { useTranslation } from 'react-i18next';
import type { IdentityBody, IdentityDocument } from '../../contract/people.ts';
import { ChoiceChips } from '../kit/choice-chips.tsx';
import { TextField } from '../kit/text-field.tsx';

const DOCUMENTS: readonly IdentityDocument[] = ['resident-id', 'passport', 'other'];

interface IdentityFieldsProps {
  readonly value: IdentityBody;
  readonly error?: string | undefined;
  readonly onChange: (value: IdentityBody) => void;
}

export function IdentityFields({ value, error, onChange }: IdentityFieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <ChoiceChips
        label={t('identity.document')}
        names={DOCUMENTS}
        value={value.document}
        text={(document) => t(`identity.${document}`)}
        onChange={(document) => onChange({ ...value, document })}
      />
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
