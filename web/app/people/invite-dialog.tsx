// Inviting somebody, for the first time or again.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, AccountBody, Invited } from '../../contract/people.ts';
import type { Role } from '../../contract/words.ts';
import { accountsQuery, inviteAccount, inviteAgain } from '../api/people.ts';
import { ChoiceChips } from '../kit/choice-chips.tsx';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { TextField } from '../kit/text-field.tsx';
import { IdentityFields, numberMissing } from './identity-fields.tsx';

const ROLES: readonly Role[] = ['operator', 'section', 'head', 'auditor', 'admin'];

interface InviteProps {
  readonly onInvited: (invited: Invited) => void;
  readonly onClose: () => void;
}

export function InviteDialog({ onInvited, onClose }: InviteProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [body, setBody] = useState<AccountBody>({
    name: '',
    displayName: '',
    role: 'operator',
    vendor: null,
    identity: { document: 'resident-id', number: '' },
  });
  const [tried, setTried] = useState(false);
  const wrong = faults(body);
  const sending = useMutation({
    mutationFn: () => inviteAccount({ ...body, displayName: body.displayName.trim(), vendor: vendorOf(body) }),
    onSuccess: (invited) => {
      void client.invalidateQueries(accountsQuery);
      onInvited(invited);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!Object.values(wrong).includes(true) && !sending.isPending) sending.mutate();
  };
  return (
    <Dialog title={t('invite.title')} onClose={onClose} busy={sending.isPending} wide>
      <form className="stack g4" onSubmit={submit} noValidate>
        <TextField
          label={t('invite.displayName')}
          value={body.displayName}
          error={tried && wrong.displayName ? t('invite.missingName') : undefined}
          onChange={(displayName) => setBody({ ...body, displayName })}
        />
        <TextField
          label={t('invite.name')}
          hint={t('invite.nameHint')}
          value={body.name}
          error={tried && wrong.name ? t('invite.nameBad') : undefined}
          onChange={(name) => setBody({ ...body, name })}
        />
        <ChoiceChips
          label={t('invite.role')}
          names={ROLES}
          value={body.role}
          text={(role) => t(`role.${role}`)}
          hint={t('invite.roleHint')}
          onChange={(role) => setBody({ ...body, role })}
        />
        <TextField
          label={t('invite.vendor')}
          hint={t('invite.vendorHint')}
          value={body.vendor ?? ''}
          error={tried && wrong.vendor ? t('invite.missingVendor') : undefined}
          onChange={(vendor) => setBody({ ...body, vendor })}
        />
        <IdentityFields
          value={body.identity}
          error={tried && wrong.identity ? t('identity.missing') : undefined}
          onChange={(identity) => setBody({ ...body, identity })}
        />
        <ProblemNote error={sending.error} />
        <div className="sheet-acts">
          <button type="button" className="btn ghost" onClick={onClose}>
            {t('act.cancel')}
          </button>
          <button type="submit" className="btn primary" disabled={sending.isPending}>
            {t('invite.submit')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function faults(body: AccountBody) {
  return {
    displayName: body.displayName.trim() === '',
    name: !/^[a-z][a-z0-9-]{1,30}$/.test(body.name),
    vendor: body.role === 'operator' && vendorOf(body) === null,
    identity: numberMissing(body.identity),
  };
}

function vendorOf(body: AccountBody): string | null {
  return body.vendor === null || body.vendor.trim() === '' ? null : body.vendor.trim();
}

export function InviteAgainDialog({ account, onInvited, onClose }: InviteProps & { readonly account: Account }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  return (
    <ConfirmDialog
      title={`${t('invite.again')} · ${account.person.displayName}`}
      act={t('invite.submit')}
      danger={false}
      onAct={() => inviteAgain(account.person.id)}
      onDone={(invited) => {
        void client.invalidateQueries(accountsQuery);
        onInvited(invited);
      }}
      onClose={onClose}
    >
      <p>{t('invite.againSay')}</p>
    </ConfirmDialog>
  );
}
