// Adding an account to a target. The credential goes out once and is never shown again.

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Target, TargetAccountBody } from '../../contract/people.ts';
import { addTargetAccount, targetsQuery } from '../api/people.ts';
import { Dialog } from '../kit/dialog.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { TextField } from '../kit/text-field.tsx';

const KINDS = ['private-key', 'password'] as const;

interface AddAccountProps {
  readonly target: Target;
  readonly onClose: () => void;
}

export function AddAccountDialog({ target, onClose }: AddAccountProps) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [body, setBody] = useState<TargetAccountBody>({ login: '', credentialKind: 'private-key', credential: '' });
  const [tried, setTried] = useState(false);
  const sending = useMutation({
    mutationFn: () => addTargetAccount(target.id, { ...body, login: body.login.trim() }),
    onSuccess: () => {
      void client.invalidateQueries(targetsQuery);
      onClose();
    },
  });
  const missing = (text: string) => (tried && text.trim() === '' ? t('targets.missing') : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (body.login.trim() !== '' && body.credential !== '' && !sending.isPending) sending.mutate();
  };
  const secret = body.credentialKind === 'password';
  return (
    <Dialog title={t('targets.accountTitle', { name: target.name })} onClose={onClose} busy={sending.isPending} wide>
      <form className="stack g4" onSubmit={submit} noValidate>
        <TextField
          label={t('targets.login')}
          mono
          value={body.login}
          error={missing(body.login)}
          onChange={(login) => setBody({ ...body, login })}
        />
        <KindField
          value={body.credentialKind}
          onChange={(credentialKind) => setBody({ ...body, credentialKind, credential: '' })}
        />
        <TextField
          key={body.credentialKind}
          label={t(`targets.${body.credentialKind}`)}
          hint={t(secret ? 'targets.credentialHint' : 'targets.keyHint')}
          mono
          password={secret}
          lines={secret ? 1 : 6}
          value={body.credential}
          error={missing(body.credential)}
          onChange={(credential) => setBody({ ...body, credential })}
        />
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

interface KindFieldProps {
  readonly value: TargetAccountBody['credentialKind'];
  readonly onChange: (kind: TargetAccountBody['credentialKind']) => void;
}

function KindField({ value, onChange }: KindFieldProps) {
  const { t } = useTranslation();
  return (
    <fieldset className="field">
      <legend className="lab">{t('targets.credentialKind')}</legend>
      <div className="row wrap">
        {KINDS.map((kind) => (
          <label key={kind} className={kind === value ? 'chip check on' : 'chip check'}>
            <input type="radio" name="credential-kind" checked={kind === value} onChange={() => onChange(kind)} />
            {t(`targets.${kind}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
