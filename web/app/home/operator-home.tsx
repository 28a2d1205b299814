// For the engineer: what can be opened now, else when the next window begins, else how to ask for one.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { ticketsQuery } from '../api/tickets.ts';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { Say } from '../language/say.tsx';
import { OpenPanel } from '../tickets/open-panel.tsx';
import { NewTicketLink, NoTickets } from '../tickets/ticket-list.tsx';
import { useSpokenMoment } from '../tickets/ticket-sentence.tsx';
import { TicketTable } from '../tickets/ticket-table.tsx';
import { More } from './more.tsx';

export function OperatorHome() {
  const { t } = useTranslation();
  const tickets = useQuery(ticketsQuery());
  if (tickets.data === undefined)
    return tickets.isError ? <ProblemNote error={tickets.error} /> : <Loading lines={6} />;
  const open = tickets.data.filter((ticket) => ticket.state === 'approved' && ticket.window === 'inside');
  const lapsed = tickets.data.filter((ticket) => ticket.state === 'approved' && ticket.window === 'after');
  return (
    <>
      <header className="page-head answer">
        <OperatorSentence tickets={tickets.data} open={open.length} />
        <NewTicketLink />
      </header>
      {lapsed.map((ticket) => (
        <Link key={ticket.id} to="/tickets/$id" params={{ id: ticket.id }} className="note s-closing note-link">
          <Icon name="hourglass" />
          <p className="grow">
            <b>{ticket.purpose}</b> · {t('ticket.lapsed')}
          </p>
          <Icon name="chevron-right" />
        </Link>
      ))}
      {open.map((ticket) => (
        <section key={ticket.id} className="stack">
          <h2>
            <Link to="/tickets/$id" params={{ id: ticket.id }}>
              {ticket.purpose}
            </Link>{' '}
            <span className="mono xs t3">{ticket.number}</span>
          </h2>
          <OpenPanel ticket={ticket} />
        </section>
      ))}
      {tickets.data.length === 0 ? (
        <NoTickets filtered={false} />
      ) : (
        <More title={t('home.recent')} to="/tickets" more={t('home.allTickets')}>
          <TicketTable tickets={tickets.data.slice(0, 8)} />
        </More>
      )}
    </>
  );
}

function OperatorSentence({ tickets, open }: { readonly tickets: readonly Ticket[]; readonly open: number }) {
  const { t } = useTranslation();
  const when = useSpokenMoment();
  const next = tickets
    .filter((ticket) => ticket.state === 'approved' && ticket.window === 'before')
    .toSorted((one, other) => one.windowStart - other.windowStart)[0];
  if (open > 0) {
    return (
      <h1 className="answer-say">
        <Say id="home.operatorOpen" values={{ count: open }} />
      </h1>
    );
  }
  return (
    <div>
      <h1 className="answer-say">{t('home.closed')}</h1>
      <p className="t2">
        {next === undefined
          ? t('home.closedHint')
          : t('home.next', { when: when(next.windowStart), purpose: next.purpose })}
      </p>
    </div>
  );
}
