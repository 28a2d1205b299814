// Signing in: name, password and code in one form, so that a password manager fills all three; or a passkey for the
// code. They go to the server together: it says of none of them alone whether it was right.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type FormEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery, signIn, statusQuery } from '../api/login.ts';
import { passkeysPossible, passkeyToSignIn } from '../api/passkeys.ts';
import { CodeField } from '../kit/code-field.tsx';
import { Icon } from '../kit/icon.tsx';
import { usePageTitle } from '../kit/page-title.tsx';
import { PressPasskey } from '../kit/passkey-button.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { DoorFrame } from './door-frame.tsx';
import { nextPath } from './next-path.ts';

const route = getRouteApi('/sign-in');

export function SignIn() {
  const { t } = useTranslation();
  const { next, joined } = route.useSearch();
  const status = useQuery(statusQuery).data;
  usePageTitle(t('signIn.title'));
  return (
    <DoorFrame>
      <h1>{t('signIn.title')}</h1>
      <p className="t2 lead">{t('signIn.lead')}</p>
      {joined === true && (
        <div className="note s-open" role="status">
          <Icon name="circle-check" />
          <p>{t('signIn.joined')}</p>
        </div>
      )}
      <SignInForm next={nextPath(next, window.location.origin)} />
      {status?.demo === true && <p className="xs t3 demo-quiet">{t('demo')}</p>}
    </DoorFrame>
  );
}

interface Given {
  readonly name: string;
  readonly password: string;
  readonly code?: string;
}

function SignInForm({ next }: { readonly next: string }) {
  const { t } = useTranslation();
  const router = useRouter();
  const client = useQueryClient();
  const [code, setCode] = useState('');
  const [missing, setMissing] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const sending = useMutation({
    /** Without a code a passkey is asked. */
    mutationFn: async ({ code: digits, ...known }: Given) =>
      signIn({ ...known, code: digits ?? (await passkeyToSignIn()) }),
    onSuccess: (me) => {
      client.setQueryData(meQuery.queryKey, me);
      router.history.replace(next);
    },
    onError: () => setCode(''),
  });
  const send = (by: 'code' | 'passkey') => {
    if (form.current === null) return;
    const given = new FormData(form.current);
    const name = String(given.get('username') ?? '').trim();
    const password = String(given.get('password') ?? '');
    const complete = name !== '' && password !== '' && (by === 'passkey' || code.length === 6);
    setMissing(!complete);
    const known = { name, password };
    if (complete && !sending.isPending) sending.mutate(by === 'code' ? { ...known, code } : known);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send('code');
  };
  return (
    <form ref={form} className="stack g4" onSubmit={submit} noValidate>
      <NameAndPassword />
      <CodeField
        value={code}
        onChange={setCode}
        // After the field has the sixth digit; the form reads it from the state of that render.
        onFull={() => window.setTimeout(() => form.current?.requestSubmit())}
        busy={sending.isPending}
        invalid={sending.isError && sending.variables.code !== undefined}
      />
      {missing && !sending.isError && (
        <p className="err" role="alert">
          <Icon name="alert-triangle" /> {t('signIn.missing')}
        </p>
      )}
      <ProblemNote error={sending.error} />
      <button type="submit" className="btn primary big" disabled={sending.isPending}>
        {t(sending.isPending ? 'signIn.busy' : 'signIn.submit')}
      </button>
      {passkeysPossible() && <PressPasskey onPress={() => send('passkey')} busy={sending.isPending} />}
      {next !== '/' && <p className="hint center">{t('signIn.resume')}</p>}
    </form>
  );
}

function NameAndPassword() {
  const { t } = useTranslation();
  const id = useId();
  return (
    <>
      <div className="field">
        <label htmlFor={`${id}-name`}>{t('signIn.name')}</label>
        <input
          id={`${id}-name`}
          className="input"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          // biome-ignore lint/a11y/noAutofocus: the page has one purpose, and this is its first field
          autoFocus
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-password`}>{t('signIn.password')}</label>
        <input
          id={`${id}-password`}
          className="input"
          name="password"
          type="password"
          autoComplete="current-password"
        />
      </div>
    </>
  );
}
