// Freezing takes a reason, which the engineer reads. The usual ones take one press.

import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Session } from '../../contract/sessions.ts';
import { freezeSession } from '../api/supervision.ts';
import { Dialog } from '../kit/dialog.tsx';
import { describedBy, Field } from '../kit/field.tsx';
import { Icon } from '../kit/icon.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';

const USUAL = ['wait', 'beyond', 'check'] as const;

export function FreezeDialog({ session, onClose }: { readonly session: Session; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const freezing = useMutation({ mutationFn: (why: string) => freezeSession(session.id, why), onSuccess: onClose });
  const freeze = (why: string) => {
    if (why.trim() === '') setMissing(true);
    else if (!freezing.isPending) freezing.mutate(why.trim());
  };
  const error = missing && reason.trim() === '' ? t('reason.missing') : undefined;
  return (
    <Dialog title={t('supervision.freezeTitle')} onClose={onClose} busy={freezing.isPending}>
      <form
        className="stack g4"
        onSubmit={(event) => {
          event.preventDefault();
          freeze(reason);
        }}
      >
        <p className="t2">{t('supervision.freezeSay', { who: session.account.displayName })}</p>
        <div className="stack">
          {USUAL.map((why) => (
            <button
              key={why}
              type="button"
              className="btn quiet usual"
              disabled={freezing.isPending}
              onClick={() => freeze(t(`supervision.usual.${why}`))}
            >
              <Icon name="player-pause" className="c-frozen" />
              {t(`supervision.usual.${why}`)}
            </button>
          ))}
        </div>
        <Field id={id} label={t('supervision.otherReason')} hint={t('supervision.reasonHint')} error={error}>
          <input
            id={id}
            className="input"
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            {...describedBy(id, error)}
          />
        </Field>
        <ProblemNote error={freezing.error} />
        <div className="sheet-acts">
          <button type="button" className="btn ghost" onClick={onClose} disabled={freezing.isPending}>
            {t('act.thinkAgain')}
          </button>
          <button type="submit" className="btn primary" disabled={freezing.isPending}>
            {t('supervision.freeze')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
