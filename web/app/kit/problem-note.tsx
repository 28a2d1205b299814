// An error as a sentence: what happened, what was kept, what to do; and the reference of a fault.

import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/problem.ts';
import { useSentence } from '../language/sentence-of.ts';
import { Icon } from './icon.tsx';

export function ProblemNote({ error }: { readonly error: unknown }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  if (error === null || error === undefined) return null;
  const known = error instanceof ApiError;
  return (
    <div className="note s-refused" role="alert">
      <Icon name="circle-x" />
      <div>
        <p>{known ? sentence(error.sentence) : t('error.unexpected')}</p>
        {known && error.reference !== undefined && (
          <p className="xs t2">{t('error.reference', { reference: error.reference })}</p>
        )}
      </div>
    </div>
  );
}
