// Accepting an invitation. The token stands in the fragment, which browsers do not send; it is taken off the address
// bar at once, so that neither the history nor a screenshot keeps it.

import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InvitationOffer } from '../../contract/login.ts';
import { openInvitation, statusQuery } from '../api/login.ts';
import { Moment } from '../clock/moment.tsx';
import { Empty } from '../kit/empty.tsx';
import { Loading } from '../kit/loading.tsx';
import { usePageTitle } from '../kit/page-title.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { Say } from '../language/say.tsx';
import { DoorFrame } from './door-frame.tsx';
import { JoinForm } from './join-form.tsx';

export function Join() {
  const { t } = useTranslation();
  const [token] = useState(takeToken);
  usePageTitle(t('join.title'));
  return (
    <DoorFrame>
      {token === '' ? (
        <Empty icon="link" title={t('join.noToken')} hint={t('join.noTokenHint')} />
      ) : (
        <Opened token={token} />
      )}
    </DoorFrame>
  );
}

function Opened({ token }: { readonly token: string }) {
  const { t } = useTranslation();
  const offer = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => openInvitation(token),
    retry: false,
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const status = useQuery(statusQuery);
  if (offer.isError) {
    return (
      <>
        <h1>{t('join.failed')}</h1>
        <ProblemNote error={offer.error} />
        <p className="t2">{t('join.noTokenHint')}</p>
      </>
    );
  }
  if (offer.data === undefined || status.data === undefined) return <Loading lines={5} />;
  return <Offer token={token} offer={offer.data} />;
}

function Offer({ token, offer }: { readonly token: string; readonly offer: InvitationOffer }) {
  const { t } = useTranslation();
  return (
    <>
      <h1>{t('join.title')}</h1>
      <p className="lg">
        <Say id="join.lead" values={{ name: offer.displayName, role: t(`role.${offer.role}`) }} />
      </p>
      <p className="t2 sm">
        <Say id="join.accountName" values={{ name: offer.name }} /> {t('join.expires')}{' '}
        <Moment at={offer.expiresAt} form="date" />
      </p>
      <JoinForm token={token} offer={offer} />
    </>
  );
}

function takeToken(): string {
  const token = window.location.hash.slice(1);
  if (token !== '') window.history.replaceState(window.history.state, '', window.location.pathname);
  return token;
}
