// The three steps of joining: scan, choose a password, prove the authenticator with a code.

import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InvitationOffer } from '../../contract/login.ts';
import { acceptInvitation } from '../api/login.ts';
import { CodeField } from '../kit/code-field.tsx';
import { CopyLine } from '../kit/copy-line.tsx';
import { describedBy, Field } from '../kit/field.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { QrCode } from './qr-code.tsx';

interface JoinFormProps {
  readonly token: string;
  readonly offer: InvitationOffer;
}

export function JoinForm({ token, offer }: JoinFormProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [code, setCode] = useState('');
  const [tried, setTried] = useState(false);
  const short = [...password].length < offer.passwordMinLength;
  const sending = useMutation({
    mutationFn: acceptInvitation,
    onSuccess: () => navigate({ to: '/sign-in', search: { joined: true }, replace: true }),
    onError: () => setCode(''),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (short || password !== again || code.length < 6 || sending.isPending) return;
    sending.mutate({ token, password, code });
  };
  return (
    <form className="steps" onSubmit={submit} noValidate>
      <input type="hidden" name="username" autoComplete="username" value={offer.name} />
      <Step number={1} title={t('join.step1')}>
        <Scan offer={offer} />
      </Step>
      <Step number={2} title={t('join.step2')}>
        <NewPassword
          label={t('join.password')}
          hint={t('join.rule', { count: offer.passwordMinLength })}
          error={tried && short ? t('join.tooShort', { count: offer.passwordMinLength }) : undefined}
          value={password}
          onChange={setPassword}
        />
        <NewPassword
          label={t('join.again')}
          error={tried && !short && password !== again ? t('join.differ') : undefined}
          value={again}
          onChange={setAgain}
        />
      </Step>
      <Step number={3} title={t('join.step3')}>
        <CodeField value={code} onChange={setCode} busy={sending.isPending} invalid={sending.isError} />
      </Step>
      <ProblemNote error={sending.error} />
      <button type="submit" className="btn primary big" disabled={sending.isPending || code.length < 6}>
        {t('join.submit')}
      </button>
    </form>
  );
}

function Scan({ offer }: { readonly offer: InvitationOffer }) {
  const { t } = useTranslation();
  return (
    <>
      <p className="sm t2">{t('join.step1Hint')}</p>
      <QrCode text={offer.totp.uri} label={t('join.qr')} />
      <p className="hint">{t('join.secret')}</p>
      <CopyLine text={offer.totp.secret} />
    </>
  );
}

function Step(props: { readonly number: number; readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="step">
      <h2>
        <span className="step-n" aria-hidden="true">
          {props.number}
        </span>
        {props.title}
      </h2>
      <div className="stack g3">{props.children}</div>
    </section>
  );
}

interface NewPasswordProps {
  readonly label: string;
  readonly hint?: string;
  readonly error: string | undefined;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

function NewPassword({ label, hint, error, value, onChange }: NewPasswordProps) {
  const id = useId();
  return (
    <Field id={id} label={label} error={error} {...(hint === undefined ? {} : { hint })}>
      <input
        id={id}
        className="input"
        type="password"
        autoComplete="new-password"
        maxLength={256}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        {...describedBy(id, error)}
      />
    </Field>
  );
}
