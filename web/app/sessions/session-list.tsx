// Sessions, filtered by the address: `?live=true&account=…&ticket=…`.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { sessionsQuery } from '../api/sessions.ts';
import { Empty } from '../kit/empty.tsx';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { usePageTitle } from '../kit/page-title.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { SessionTable } from './session-table.tsx';

const route = getRouteApi('/inside/sessions');

export function SessionList() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const { live, account, ticket } = search;
  const sessions = useQuery(sessionsQuery(search));
  usePageTitle(t('sessions.title'));
  const filtered = live === true || account !== undefined || ticket !== undefined;
  const first = sessions.data?.[0];
  const { live: _, ...withoutLive } = search;
  return (
    <>
      <header className="page-head">
        <h1>{t('sessions.title')}</h1>
      </header>
      <nav className="filters">
        <Link to="/sessions" className={filtered ? 'chip' : 'chip on'}>
          {t('act.all')}
        </Link>
        <Link
          to="/sessions"
          search={live === true ? withoutLive : { ...search, live: true }}
          className={live === true ? 'chip on' : 'chip'}
        >
          <Icon name="activity" />
          {t('sessions.liveOnly')}
        </Link>
        {account !== undefined && <Only what={first?.account.displayName ?? account} />}
        {ticket !== undefined && <Only what={first?.ticket.number ?? ticket} />}
      </nav>
      <ProblemNote error={sessions.error} />
      {sessions.isPending && <Loading lines={5} />}
      {sessions.data?.length === 0 && <NoSessions filtered={filtered} />}
      {sessions.data !== undefined && sessions.data.length > 0 && <SessionTable sessions={sessions.data} />}
    </>
  );
}

function Only({ what }: { readonly what: string }) {
  const { t } = useTranslation();
  return (
    <Link to="/sessions" className="chip on" title={t('sessions.clear')}>
      {t('sessions.onlyOf', { what })}
      <Icon name="x" />
    </Link>
  );
}

function NoSessions({ filtered }: { readonly filtered: boolean }) {
  const { t } = useTranslation();
  if (!filtered) return <Empty icon="terminal-2" title={t('sessions.empty')} hint={t('sessions.emptyHint')} />;
  return (
    <Empty icon="filter" title={t('sessions.emptyFilter')}>
      <Link to="/sessions" className="btn">
        {t('sessions.showAll')}
      </Link>
    </Empty>
  );
}
