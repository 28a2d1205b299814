// Checking who somebody is whose account is from before identities were checked.

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, IdentityBody } from '../../contract/people.ts';
import { accountsQuery, identify } from '../api/people.ts';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { IdentityFields } from './identity-fields.tsx';

export function IdentifyDialog({ account, onClose }: { readonly account: Account; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [identity, setIdentity] = useState<IdentityBody>({ document: 'resident-id', number: '' });
  return (
    <ConfirmDialog
      title={`${t('identity.check')} · ${account.person.displayName}`}
      act={t('identity.submit')}
      danger={false}
      onAct={() => identify(account.person.id, identity)}
      onDone={() => {
        void client.invalidateQueries(accountsQuery);
        onClose();
      }}
      onClose={onClose}
    >
      <p>{t('identity.say')}</p>
      <IdentityFields value={identity} onChange={setIdentity} />
    </ConfirmDialog>
  );
}
