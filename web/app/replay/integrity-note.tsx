// Whether a recording is the one that was made.

import { useTranslation } from 'react-i18next';
import type { Integrity } from '../../contract/sessions.ts';
import { Icon } from '../kit/icon.tsx';
import { useSentence } from '../language/sentence-of.ts';

export function IntegrityNote({ integrity }: { readonly integrity: Integrity }) {
  const { t } = useTranslation();
  const sentence = useSentence();
  if (!integrity.intact) {
    return (
      <div className="note s-refused integrity" role="alert">
        <Icon name="alert-triangle" />
        <p>
          <b>{t('replay.broken')}</b> {sentence(integrity.problem)}
        </p>
      </div>
    );
  }
  if (integrity.brokenOff) {
    return (
      <div className="note s-warning integrity">
        <Icon name="alert-triangle" />
        <p>
          <b>{t('replay.brokenOff')}</b> {t('replay.brokenOffHint')}
        </p>
      </div>
    );
  }
  return (
    <p className="integrity row sm t2">
      <Icon name="shield-check" className="c-accent" />
      {t('replay.intact')}
    </p>
  );
}
