// All tickets one may see, filtered by the address: `?state=submitted`.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { TicketState } from '../../contract/words.ts';
import { ticketsQuery } from '../api/tickets.ts';
import { Empty } from '../kit/empty.tsx';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { usePageTitle } from '../kit/page-title.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { useMe } from '../shell/me.ts';
import { TicketTable } from './ticket-table.tsx';

const route = getRouteApi('/inside/tickets');

const STATES: readonly TicketState[] = [
  'submitted',
  'filed',
  'approved',
  'reported',
  'closed',
  'refused',
  'withdrawn',
  'revoked',
];

export function TicketList() {
  const { t } = useTranslation();
  const { state } = route.useSearch();
  const me = useMe();
  const tickets = useQuery(ticketsQuery({ state }));
  usePageTitle(t('tickets.title'));
  const operator = me.role === 'operator';
  return (
    <>
      <header className="page-head">
        <h1>{t('tickets.title')}</h1>
        {operator && <NewTicketLink />}
      </header>
      <nav className="filters" aria-label={t('tickets.filter')}>
        <Filter state={undefined} current={state} />
        {(operator ? (['draft', ...STATES] as const) : STATES).map((each) => (
          <Filter key={each} state={each} current={state} />
        ))}
      </nav>
      <ProblemNote error={tickets.error} />
      {tickets.isPending && <Loading lines={5} />}
      {tickets.data?.length === 0 && <NoTickets filtered={state !== undefined} />}
      {tickets.data !== undefined && tickets.data.length > 0 && <TicketTable tickets={tickets.data} />}
    </>
  );
}

export function NewTicketLink() {
  const { t } = useTranslation();
  return (
    <Link to="/tickets/new" className="btn primary">
      <Icon name="plus" />
      {t('tickets.new')}
    </Link>
  );
}

function Filter(props: { readonly state: TicketState | undefined; readonly current: TicketState | undefined }) {
  const { t } = useTranslation();
  const on = props.state === props.current;
  return (
    <Link
      to="/tickets"
      search={props.state === undefined ? {} : { state: props.state }}
      className={on ? 'chip on' : 'chip'}
      aria-current={on ? 'true' : undefined}
    >
      {props.state === undefined ? t('act.all') : t(`ticketState.${props.state}`)}
    </Link>
  );
}

export function NoTickets({ filtered }: { readonly filtered: boolean }) {
  const { t } = useTranslation();
  const operator = useMe().role === 'operator';
  if (filtered) {
    return (
      <Empty icon="filter" title={t('tickets.emptyFilter')}>
        <Link to="/tickets" className="btn">
          {t('tickets.showAll')}
        </Link>
      </Empty>
    );
  }
  return (
    <Empty
      icon="file-text"
      title={t('tickets.empty')}
      hint={t(operator ? 'tickets.emptyOperator' : 'tickets.emptyOther')}
    >
      {operator && <NewTicketLink />}
    </Empty>
  );
}
