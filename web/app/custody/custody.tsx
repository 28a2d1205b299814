// Who keeps the key to hidden input, and what waits for them. The head appoints; a custodian gives a share with their own
// identity, on their own machine: the page shows the line to type there.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Unsealing } from '../../contract/custody.ts';
import { unsealingsQuery } from '../api/custody.ts';
import { Moment } from '../clock/moment.tsx';
import { CopyLine } from '../kit/copy-line.tsx';
import { Empty } from '../kit/empty.tsx';
import { Loading } from '../kit/loading.tsx';
import { usePageTitle } from '../kit/page-title.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { useMe } from '../shell/me.ts';
import { Custodians } from './custodians.tsx';

export function Custody() {
  const { t } = useTranslation();
  const unsealings = useQuery(unsealingsQuery);
  usePageTitle(t('custody.title'));
  return (
    <>
      <header className="page-head">
        <h1>{t('custody.title')}</h1>
      </header>
      <p className="t2">{t('custody.say')}</p>
      <Custodians />
      <h2>{t('custody.requests')}</h2>
      <ProblemNote error={unsealings.error} />
      {unsealings.isPending && <Loading lines={4} />}
      {unsealings.data?.length === 0 && <Empty icon="key" title={t('custody.none')} hint={t('custody.noneHint')} />}
      <div className="stack g3">
        {unsealings.data?.map((each) => (
          <Request key={each.id} unsealing={each} />
        ))}
      </div>
    </>
  );
}

function Request({ unsealing }: { readonly unsealing: Unsealing }) {
  const { t } = useTranslation();
  const me = useMe();
  const { session, shares, threshold, state } = unsealing;
  const given = shares.filter(({ receivedAt }) => receivedAt !== null);
  const command = `./sluice unseal --server ${location.origin} --name ${me.name} --identity FILE ${unsealing.id}`;
  return (
    <article className="card bd stack g3">
      <p className="row wrap">
        <span className="chip">{t(`unsealingState.${state}`)}</span>
        <b>{unsealing.requester}</b>
        <Moment at={unsealing.askedAt} form="date" />
        <Link to="/sessions/$id" params={{ id: session.id }} className="end">
          {session.target} · <span className="mono">{session.login}</span>
        </Link>
      </p>
      <p>{unsealing.reason}</p>
      <p className="sm t2">
        {threshold === 0
          ? t('custody.noCustodians')
          : t(given.length === 0 ? 'custody.sharesNone' : 'custody.shares', {
              given: given.length,
              threshold,
              who: given.map((each) => each.account).join(', '),
            })}
        {state !== 'over' && (
          <>
            {' · '}
            {t(state === 'open' ? 'custody.openUntil' : 'custody.waitsUntil')}{' '}
            <Moment at={unsealing.until} form="date" />
          </>
        )}
      </p>
      {unsealing.waitsForMe && (
        <div className="stack g2">
          <p className="note">{t('custody.yours')}</p>
          <CopyLine text={command} />
        </div>
      )}
    </article>
  );
}
