// Adding an account to a target. With certificates there is no credential; any other goes out once and is never shown
// again.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Target, TargetAccountBody } from '../../contract/people.ts';
import { addTargetAccount, targetsQuery } from '../api/people.ts';
import { ChoiceChips } from '../kit/choice-chips.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { TextField } from '../kit/text-field.tsx';
import { TrustedLines } from './trusted-lines.tsx';

const KINDS = ['certificate', 'private-key', 'password'] as const;

interface AddAccountProps {
  readonly target: Target;
  readonly onClose: () => void;
}

export function AddAccountDialog({ target, onClose }: AddAccountProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [login, setLogin] = useState('');
  const [kind, setKind] = useState<TargetAccountBody['credentialKind']>('certificate');
  const [credential, setCredential] = useState('');
  const [tried, setTried] = useState(false);
  const sending = useMutation({
    mutationFn: () =>
      addTargetAccount(target.id, {
        login: login.trim(),
        credentialKind: kind,
        ...(kind !== 'certificate' && { credential }),
      }),
    onSuccess: () => {
      void client.invalidateQueries(targetsQuery);
      onClose();
    },
  });
  const missing = (text: string) => (tried && text.trim() === '' ? t('targets.missing') : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (login.trim() !== '' && (kind === 'certificate' || credential !== '') && !sending.isPending) sending.mutate();
  };
  return (
    <Dialog title={t('targets.accountTitle', { name: target.name })} onClose={onClose} busy={sending.isPending} wide>
      <form className="stack g4" onSubmit={submit} noValidate>
        <TextField label={t('targets.login')} mono value={login} error={missing(login)} onChange={setLogin} />
        <ChoiceChips
          label={t('targets.credentialKind')}
          names={KINDS}
          value={kind}
          text={(kind) => t(kind === 'certificate' ? 'targets.certificateAdvised' : `targets.${kind}`)}
          onChange={(next) => {
            setKind(next);
            setCredential('');
          }}
        />
        {kind === 'certificate' ? (
          <TrustedLines />
        ) : (
          <TextField
            key={kind}
            label={t(`targets.${kind}`)}
            hint={t(kind === 'password' ? 'targets.credentialHint' : 'targets.keyHint')}
            mono
            password={kind === 'password'}
            lines={kind === 'password' ? 1 : 6}
            value={credential}
            error={missing(credential)}
            onChange={setCredential}
          />
        )}
        <ProblemNote error={sending.error} />
        <div className="sheet-acts">
          <button type="button" className="btn ghost" onClick={onClose}>
            {t('act.cancel')}
          </button>
          <button type="submit" className="btn primary" disabled={sending.isPending}>
            {t('targets.addAccount')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
