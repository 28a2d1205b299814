// The one-time link of an invitation, shown once.

import { useTranslation } from 'react-i18next';
import type { Invited } from '../../contract/people.ts';
import { Moment } from '../clock/moment.tsx';
import { CopyLine } from '../kit/copy-line.tsx';
import { Dialog } from '../kit/dialog.tsx';

export function LinkDialog({ invited, onClose }: { readonly invited: Invited; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { person, invitationExpiresAt } = invited.account;
  return (
    <Dialog title={t('invite.linkTitle')} onClose={onClose} wide>
      <div className="stack g4">
        <p>{t('invite.linkSay', { name: person.displayName })}</p>
        <CopyLine text={invited.link} />
        {invitationExpiresAt !== null && (
          <p className="hint">
            {t('invite.linkExpires')} <Moment at={invitationExpiresAt} form="date" />
          </p>
        )}
        <div className="sheet-acts">
          <button type="button" className="btn primary" onClick={onClose}>
            {t('act.done')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
