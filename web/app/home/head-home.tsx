// For head and section: what waits for them, and what is open.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Ticket } from '../../contract/tickets.ts';
import { requestsQuery } from '../api/records.ts';
import { sessionsQuery } from '../api/sessions.ts';
import { ticketsQuery } from '../api/tickets.ts';
import { useStandsIn } from '../arrangements/standing-in.ts';
import { Moment } from '../clock/moment.tsx';
import { Icon } from '../kit/icon.tsx';
import { Loading } from '../kit/loading.tsx';
import { ProblemNote } from '../kit/problem-note.tsx';
import { Say } from '../language/say.tsx';
import { SessionTable } from '../sessions/session-table.tsx';
import { useMe } from '../shell/me.ts';
import { useWaitingForMe } from '../supervision/flows.ts';
import { SupervisedCard } from '../supervision/supervised-card.tsx';
import { TicketSentence } from '../tickets/ticket-sentence.tsx';
import { TicketTable } from '../tickets/ticket-table.tsx';
import { type Waiting, waitsFor } from '../tickets/waits-for.ts';
import { More } from './more.tsx';

export function HeadHome() {
  const { t } = useTranslation();
  const reader = { ...useMe(), standsIn: useStandsIn() };
  const tickets = useQuery(ticketsQuery());
  const live = useQuery(sessionsQuery({ live: true }));
  if (tickets.data === undefined || live.data === undefined) {
    const error = tickets.error ?? live.error;
    return error === null ? <Loading lines={6} /> : <ProblemNote error={error} />;
  }
  const groups: readonly (readonly [Waiting, string])[] = [
    ['filing', t('home.toFile')],
    ['decision', t('home.toDecide')],
    ['acceptance', t('home.toAccept')],
  ];
  const waits = new Map(tickets.data.map((ticket) => [ticket, waitsFor(ticket, reader)]));
  const waiting = tickets.data.filter((ticket) => waits.get(ticket) !== undefined);
  const open = tickets.data.filter((ticket) => ticket.state === 'approved' && ticket.window === 'inside');
  const rest = tickets.data.filter((ticket) => !waiting.includes(ticket) && !open.includes(ticket));
  return (
    <>
      <HeadSentence waits={[...waits.values()]} live={live.data.length} />
      <WaitingForSupervisor />
      <RequestsWaiting />
      {groups.map(([what, title]) => {
        const these = waiting.filter((ticket) => waits.get(ticket) === what);
        return (
          these.length > 0 && (
            <More key={what} title={title}>
              <div className="tiles">
                {these.map((ticket) => (
                  <WaitingCard key={ticket.id} ticket={ticket} />
                ))}
              </div>
            </More>
          )
        );
      })}
      {live.data.length > 0 && (
        <More title={t('home.liveNow')} to="/supervision" more={t('supervision.title')}>
          <SessionTable sessions={live.data} />
        </More>
      )}
      {open.length > 0 && (
        <More title={t('home.windowOpen')}>
          <TicketTable tickets={open} />
        </More>
      )}
      {rest.length > 0 && (
        <More title={t('home.recent')} to="/tickets" more={t('home.allTickets')}>
          <TicketTable tickets={rest.slice(0, 6)} />
        </More>
      )}
    </>
  );
}

const SENTENCES = {
  decision: 'home.waiting',
  filing: 'home.waitingFiling',
  acceptance: 'home.waitingAcceptance',
} as const;

interface SentenceProps {
  readonly waits: readonly (Waiting | undefined)[];
  readonly live: number;
}

/** What waits for a decision first; filing and accepting are said where there is none. */
function HeadSentence({ waits, live }: SentenceProps) {
  const { t } = useTranslation();
  const count = (what: Waiting) => waits.filter((each) => each === what).length;
  const first = (['decision', 'filing', 'acceptance'] as const).find((what) => count(what) > 0);
  return (
    <header className="page-head answer">
      <div>
        <h1 className="answer-say">
          {first === undefined ? t('home.noWaiting') : <Say id={SENTENCES[first]} values={{ count: count(first) }} />}
        </h1>
        <p className={live > 0 ? 'lg c-open row' : 'lg t2'}>
          {live > 0 && <i className="live" />}
          <span>{live > 0 ? <Say id="home.live" values={{ count: live }} /> : t('home.closed')}</span>
        </p>
      </div>
    </header>
  );
}

/** Nothing can be done there until somebody watches: it comes before what waits for a decision. */
function WaitingForSupervisor() {
  const { t } = useTranslation();
  const waiting = useWaitingForMe();
  if (waiting.length === 0) return null;
  return (
    <section className="stack" data-testid="waiting-for-supervisor">
      <h2 className="lg row c-warning">
        <Icon name="alert-triangle" />
        <span>
          <Say id="supervision.waiting" values={{ count: waiting.length }} />
        </span>
      </h2>
      <p className="t2">{t('supervision.waitingLead')}</p>
      <div className="tiles">
        {waiting.map((watched) => (
          <SupervisedCard key={watched.session.id} watched={watched} />
        ))}
      </div>
    </section>
  );
}

function RequestsWaiting() {
  const { t } = useTranslation();
  const head = useMe().role === 'head';
  const requests = useQuery({ ...requestsQuery({ open: true }), enabled: head }).data ?? [];
  const count = requests.filter(({ state }) => state === 'waiting').length;
  if (count === 0) return null;
  return (
    <Link to="/requests" search={{ open: true }} className="card bd row">
      <Icon name="download" />
      {t('requests.waiting', { count })}
      <Icon name="chevron-right" className="end" />
    </Link>
  );
}

function WaitingCard({ ticket }: { readonly ticket: Ticket }) {
  return (
    <Link to="/tickets/$id" params={{ id: ticket.id }} className="card waiting">
      <span className="row between">
        <span className="mono xs t3">{ticket.number}</span>
        {ticket.newTargets.length > 0 && <Icon name="alert-triangle" className="c-warning" />}
      </span>
      <span className="lg">
        <TicketSentence ticket={ticket} />
      </span>
      <span className="row sm t2">
        <Icon name="clock" />
        <Moment at={ticket.windowStart} /> – <Moment at={ticket.windowEnd} form="time" />
        <Icon name="chevron-right" className="end" />
      </span>
    </Link>
  );
}
